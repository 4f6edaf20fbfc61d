-- Few positions and days beside many rows: H2 would otherwise take their indexes where a patient or provider is asked for.

alter table atr.member alter column from_pos selectivity 1;

alter table atr.member alter column to_pos selectivity 1;

alter table atr.member alter column last_day selectivity 1;
