-- To find what was written between two versions of a list, and what ends by the calendar, without a look at the rest.

-- All positions are above 0. As long as it has counted nothing, PostgreSQL would take this index, and go through all of
-- it, for the rows of a patient at a position; queries that do not say this it can't answer with it.
create index if not exists member_from on atr.member (list_id, from_pos, patient)${only from_pos > 0};

-- What holds now is not in it, so that a first load does not pay for it
create index if not exists member_to on atr.member (list_id, to_pos, patient)${only to_pos < 9223372036854775807};

create index if not exists member_last_day on atr.member (list_id, last_day, patient)${only last_day is not null};
