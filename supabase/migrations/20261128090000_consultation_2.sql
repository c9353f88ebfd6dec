-- Results are now medzen.entities/2 and medzen.consultation/2. No row changes and no rule: record_results takes the same
-- keys, and a reason is any text, because its list is published by the pipeline and grows there.
--
-- Rows of version 1 stay as they are and stay readable. The document in recordings.summary names its version in its own
-- field "schema": a reader looks there first, and finds in version 1 neither allergies nor socialHistory (allergies stand
-- among problems, labelled "allergy: ...", and among medications with the status "allergic"). show_failure reads
-- coverage.gaps, which both versions have. A recording that is processed again is written as version 2.
comment on column public.recordings.summary is
  'The consultation document; its field schema names the version (medzen.consultation/2, in older rows /1).';
comment on column public.clinical_entities.assertion_reason is
  'The reason for the status: a name of the pipeline''s published list, in rows of medzen.entities/1 a sentence.';
