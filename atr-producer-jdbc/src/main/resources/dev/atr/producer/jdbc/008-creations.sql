-- What clients created: they may read it, and delete it again.

create table if not exists atr.created_by (
    ref ${text} not null,
    client_id ${text} not null,
    primary key (ref)
);

-- What they said about its source
create table if not exists atr.provenance (
    id ${text} not null,
    about_ref ${text} not null,
    recorded timestamp(3) not null,
    json ${bytes} not null,
    primary key (id)
);

create index if not exists provenance_about on atr.provenance (about_ref);

-- The deletion has a version number of its own; the list may come back with the next one
create table if not exists atr.list_deletion (
    list_id ${text} not null,
    pos bigint not null,
    version integer not null,
    primary key (list_id, pos)
);
