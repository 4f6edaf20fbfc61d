-- Registered clients; exactly one of jwks and jwks_url is there, or neither for a client of another authorization server.

create table if not exists atr.client (
    client_id ${text} not null,
    jwks ${text},
    jwks_url ${text},
    scopes ${text} not null,
    permitted_lists ${text},
    enabled boolean not null,
    primary key (client_id)
);

-- Keys that sign access tokens. The secret is a private key: see that nobody else reads this table.

create table if not exists atr.signing_key (
    begins timestamp(3) not null,
    ends timestamp(3) not null,
    secret ${text} not null,
    primary key (begins)
);
