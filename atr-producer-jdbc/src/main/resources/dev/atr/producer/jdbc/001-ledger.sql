-- The ledger. A row holds from position from_pos up to, and without, position to_pos; what holds now ends at the
-- largest bigint. A reference is kept as text, Patient/12, compared code unit by code unit.

create table if not exists atr.ledger_head (
    pos bigint not null,
    stamp timestamp(3) not null
);

insert into atr.ledger_head (pos, stamp)
select 0, timestamp '1970-01-01 00:00:00'
where not exists (select 1 from atr.ledger_head);

create table if not exists atr.resource (
    ref ${text} not null,
    version integer not null,
    from_pos bigint not null,
    to_pos bigint not null,
    last_updated timestamp(3) not null,
    json ${bytes} not null,
    primary key (ref, from_pos)
);

-- Also what a list's header refers to: from_ref is then its Group
create table if not exists atr.resource_reference (
    from_ref ${text} not null,
    to_ref ${text} not null,
    from_pos bigint not null,
    to_pos bigint not null,
    primary key (from_ref, to_ref, from_pos)
);

create index if not exists resource_reference_to on atr.resource_reference (to_ref, from_ref);

create table if not exists atr.list_header (
    list_id ${text} not null,
    from_pos bigint not null,
    to_pos bigint not null,
    folded_name ${text},
    json ${bytes} not null,
    primary key (list_id, from_pos)
);

create table if not exists atr.list_identifier (
    list_id ${text} not null,
    id_system ${text},
    id_value ${text},
    from_pos bigint not null,
    to_pos bigint not null
);

create index if not exists list_identifier_list on atr.list_identifier (list_id);

-- A publication compares with the publication before it; every other version keeps the baseline it found
create table if not exists atr.list_version (
    list_id ${text} not null,
    version integer not null,
    from_pos bigint not null,
    to_pos bigint not null,
    stamp timestamp(3) not null,
    publication boolean not null,
    baseline_version integer not null,
    baseline_pos bigint not null,
    as_of date not null,
    active_members integer not null,
    primary key (list_id, version)
);

-- The first five columns are the key of a row; extra is the whole row where the columns can't hold all of it
create table if not exists atr.member (
    list_id ${text} not null,
    patient ${text} not null,
    provider ${text} not null,
    coverage ${text} not null,
    period_start ${text} not null,
    period_end ${text},
    last_day date,
    inactive boolean not null,
    cancelled boolean not null,
    entered_pos bigint not null,
    from_pos bigint not null,
    to_pos bigint not null,
    extra ${bytes},
    primary key (list_id, patient, provider, coverage, period_start, from_pos)
);

create index if not exists member_coverage on atr.member (list_id, coverage);

create index if not exists member_provider on atr.member (list_id, provider);

-- The list * stands for all of them
create table if not exists atr.client_entitlement (
    client_id ${text} not null,
    list_id ${text} not null,
    primary key (client_id, list_id)
);
