"""The law as dated data, and its arithmetic: no database, no web, no clock.

Where to look:

- `vocabulary`, `errors`, `settings`: the closed words, the one error, what the law leaves open.
- `rulesets` (with `ruleset`, `ruleset_models`, `ruleset_checks`, `law_files`): the five editions, which one is in force,
  which one judges a dossier; `data/rulesets/*.yaml` is the source of record.
- `working_calendar` (with `calendar_rows`), `periods`, `deadlines`: days off and swaps, Civil Code periods,
  closing instants, the catalogue of lawful deadlines.
- `batches`, `commune_check`, `certificates` (with `certificate_terms`, `renewal_notices`), `revocation`: the
  clocks of QĐ 26/2026 Articles 5, 7, 8 and 12.
- `levels`, `stars`, `council`, `documents`: who decides, from points to stars, lawful councils and papers.
- `sheets` (with `sheet_models`, `sheet_floors`, `sheet_checks`, `sheet_files`, `wordings`): 77 scoring sheets and the trees
  of products; `convert_sheets` makes their JSON from YAML.
- `law_show`, `law_docs`: the law as text for `ocop law` and for `docs/law.md`.

Data is loaded on first use, once, and checked: a file that does not add up refuses to load and says where.
"""
