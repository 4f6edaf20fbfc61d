-- Exports from kick-off to expiry. What a query asks for has columns of its own; json holds the rest of the job.

create table if not exists atr.export_job (
    producer ${text} not null,
    id ${text} not null,
    client_id ${text} not null,
    created timestamp(3) not null,
    running boolean not null,
    attempt integer not null,
    expires timestamp(3),
    json ${bytes} not null,
    primary key (producer, id)
);

create index if not exists export_job_client on atr.export_job (producer, client_id);

-- One row: what tells this store from any other. Whoever counts the jobs of a client holds it until the commit
create table if not exists atr.export_store (
    store_id varchar(36) not null
);

insert into atr.export_store (store_id)
select cast(${uuid} as varchar(36))
where not exists (select 1 from atr.export_store);

-- The tasks of db-scheduler, in the shape that it asks for
create table if not exists atr.export_task (
    task_name varchar(100) not null,
    task_instance varchar(100) not null,
    task_data ${bytes},
    execution_time timestamp(6) with time zone not null,
    picked boolean not null,
    picked_by varchar(50),
    last_success timestamp(6) with time zone,
    last_failure timestamp(6) with time zone,
    consecutive_failures integer,
    last_heartbeat timestamp(6) with time zone,
    version bigint not null,
    primary key (task_name, task_instance)
);

create index if not exists export_task_time on atr.export_task (execution_time);

create index if not exists export_task_heartbeat on atr.export_task (last_heartbeat);
