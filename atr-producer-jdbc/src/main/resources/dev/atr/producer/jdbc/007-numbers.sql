-- The numbers by which members and providers are named in requests, of resources as they stand now.

create table if not exists atr.resource_number (
    ref ${text} not null,
    id_system ${text},
    id_value ${text} not null
);

create index if not exists resource_number_ref on atr.resource_number (ref);

create index if not exists resource_number_value on atr.resource_number (id_value, ref);

-- A list that members are added to one by one has many versions
create index if not exists list_version_current on atr.list_version (list_id, to_pos);
