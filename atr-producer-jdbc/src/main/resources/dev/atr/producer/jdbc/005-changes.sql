-- What is needed to look back: which time a position had, and what was deleted.

create table if not exists atr.ledger_position (
    pos bigint not null,
    stamp timestamp(3) not null,
    primary key (pos)
);

create index if not exists ledger_position_stamp on atr.ledger_position (stamp desc, pos desc);

insert into atr.ledger_position (pos, stamp)
select w.pos, min(w.stamp)
from (
    select from_pos as pos, last_updated as stamp from atr.resource
    union all
    select from_pos as pos, stamp from atr.list_version
) w
where not exists (select 1 from atr.ledger_position p where p.pos = w.pos)
group by w.pos;

-- The deletion has a version number of its own; the resource may come back with the next one
create table if not exists atr.resource_deletion (
    ref ${text} not null,
    pos bigint not null,
    version integer not null,
    primary key (ref, pos)
);

create index if not exists resource_deletion_pos on atr.resource_deletion (pos, ref);
