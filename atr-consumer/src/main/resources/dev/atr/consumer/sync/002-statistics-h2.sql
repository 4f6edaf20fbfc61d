-- How many distinct values of a hundred rows a column has. H2 plans the first copy of a list before it has counted, and
-- would then look through all rows of a list for each of its resources.

alter table atr.member alter column list_key selectivity 1;

alter table atr.member alter column patient selectivity 90;

alter table atr.member alter column provider selectivity 1;

alter table atr.member alter column coverage selectivity 90;

alter table atr.member alter column period_start selectivity 1;

alter table atr.attribution_list alter column payer_key selectivity 1;

alter table atr.resource_link alter column payer_key selectivity 1;

alter table atr.resource_link alter column from_ref selectivity 50;

alter table atr.patient alter column payer_key selectivity 1;

alter table atr.coverage alter column payer_key selectivity 1;

alter table atr.provider alter column payer_key selectivity 1;

alter table atr.related_person alter column payer_key selectivity 1;
