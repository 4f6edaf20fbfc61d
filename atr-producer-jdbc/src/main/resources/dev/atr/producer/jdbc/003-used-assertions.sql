-- Which client assertions have got a token, so that none gets a second one from any node or after a restart.

create table if not exists atr.used_assertion (
    client_id ${text} not null,
    jti ${text} not null,
    ends timestamp(3) not null,
    primary key (client_id, jti)
);

create index if not exists used_assertion_ends on atr.used_assertion (ends);
