-- Which rosters have made versions of lists: so that the same file does not do so twice, and the last one can be undone.

create table if not exists atr.roster_import (
    list_id ${text} not null,
    pos bigint not null,
    version integer not null,
    stamp timestamp(3) not null,
    digest ${text},
    before_pos bigint,
    resources_pos bigint,
    undone boolean not null,
    primary key (list_id, pos)
);
