-- Subscriptions, each a cursor on the versions of its list. What is noted of the list (newest) is not the cursor's to write.

create table if not exists atr.subscription (
    id varchar(64) not null,
    client_id ${text} not null,
    scope ${text} not null,
    permitted_lists ${text},
    list_id ${text} not null,
    status varchar(20) not null,
    error ${text},
    version integer not null,
    last_updated timestamp(3) not null,
    content ${bytes} not null,
    start_version integer not null,
    told integer not null,
    failures integer not null,
    failing_since timestamp(3),
    due_at timestamp(3),
    newest integer not null,
    revision bigint not null,
    primary key (id)
);

create index if not exists subscription_client on atr.subscription (client_id);

create index if not exists subscription_list on atr.subscription (list_id);

create index if not exists subscription_due on atr.subscription (due_at);

-- Those whose list is ahead of them, which are few
create index if not exists subscription_behind
    on atr.subscription (status, failures)${only status = 'active' and failures = 0 and newest > start_version + told};

-- To find versions of all lists by their position
create index if not exists list_version_from on atr.list_version (from_pos);

create index if not exists list_deletion_pos on atr.list_deletion (pos);
