"""every machine"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cycle_report",
        sa.Column("cycle_id", sa.String(length=36), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_cycle_report_cycle_id_cycle")),
        sa.PrimaryKeyConstraint("cycle_id", name=op.f("pk_cycle_report")),
    )
    op.create_table(
        "cycle_task",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("cycle_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("owner_role", sa.String(length=20), nullable=True),
        sa.Column("department", sa.String(), nullable=True),
        sa.Column("due_on", sa.String(length=10), nullable=True),
        sa.Column("output", sa.String(), nullable=True),
        sa.Column("deadline_id", sa.String(length=36), nullable=True),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("reported_on", sa.String(length=10), nullable=True),
        sa.Column("document", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_cycle_task_cycle_id_cycle")),
        sa.ForeignKeyConstraint(
            ["deadline_id"], ["deadline.id"], name=op.f("fk_cycle_task_deadline_id_deadline")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cycle_task")),
        sa.UniqueConstraint("cycle_id", "position", name=op.f("uq_cycle_task_cycle_id_position")),
    )
    op.create_table(
        "producer_year",
        sa.Column("producer_id", sa.String(length=36), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("workers", sa.Integer(), nullable=True),
        sa.Column("local_workers", sa.Integer(), nullable=True),
        sa.Column("women_workers", sa.Integer(), nullable=True),
        sa.Column("minority_workers", sa.Integer(), nullable=True),
        sa.Column("revenue_million_vnd", sa.BigInteger(), nullable=True),
        sa.Column("profit_million_vnd", sa.BigInteger(), nullable=True),
        sa.Column("cooperative_grade", sa.String(length=40), nullable=True),
        sa.Column("stated_at", sa.String(length=27), nullable=False),
        sa.CheckConstraint(
            "workers IS NULL OR ((local_workers IS NULL OR local_workers <= workers) AND (women_workers IS NULL OR women_workers <= workers) AND (minority_workers IS NULL OR minority_workers <= workers))",
            name=op.f("ck_producer_year_parts_within_workers"),
        ),
        sa.ForeignKeyConstraint(
            ["producer_id"], ["producer.id"], name=op.f("fk_producer_year_producer_id_producer")
        ),
        sa.PrimaryKeyConstraint("producer_id", "year", name=op.f("pk_producer_year")),
    )
    op.create_table(
        "cycle_product",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("cycle_id", sa.String(length=36), nullable=False),
        sa.Column("sort", sa.String(length=10), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("product_id", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_cycle_product_cycle_id_cycle")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_cycle_product_product_id_product")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cycle_product")),
        sa.UniqueConstraint(
            "cycle_id", "sort", "position", name=op.f("uq_cycle_product_cycle_id_sort_position")
        ),
    )
    with op.batch_alter_table("cycle_product", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cycle_product_product_id"), ["product_id"], unique=False)

    op.create_table(
        "session",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("move_version", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.Column("last_at", sa.String(length=27), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("ruleset", sa.String(length=120), nullable=False),
        sa.Column("province_code", sa.String(length=120), nullable=False),
        sa.Column("district_code", sa.String(length=60), nullable=True),
        sa.Column("cycle_id", sa.String(length=36), nullable=True),
        sa.Column("batch_id", sa.String(length=36), nullable=True),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("place", sa.String(length=300), nullable=True),
        sa.Column("convened_for", sa.String(length=27), nullable=False),
        sa.Column("adjourned_to", sa.String(length=27), nullable=True),
        sa.Column("load_limit", sa.Integer(), nullable=True),
        sa.Column("load_overruled", sa.Integer(), nullable=False),
        sa.Column("materials_on", sa.String(length=10), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("results_digest", sa.String(length=64), nullable=True),
        sa.Column("chair_signed_at", sa.String(length=27), nullable=True),
        sa.Column("chair_signed_by", sa.String(length=36), nullable=True),
        sa.Column("secretary_signed_at", sa.String(length=27), nullable=True),
        sa.Column("secretary_signed_by", sa.String(length=36), nullable=True),
        sa.Column("report_document", sa.String(length=60), nullable=True),
        sa.Column("roster", sa.Text(), nullable=False),
        sa.Column("illustrative", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.CheckConstraint(
            "kind IN ('in_person', 'online', 'written', 'field')", name=op.f("ck_session_kind_within_four")
        ),
        sa.CheckConstraint(
            "level IN ('district', 'province', 'central')", name=op.f("ck_session_level_holds_councils")
        ),
        sa.CheckConstraint(
            "state NOT IN ('minutes_signed', 'closed') OR (chair_signed_by IS NOT NULL AND secretary_signed_by IS NOT NULL)",
            name=op.f("ck_session_minutes_have_both_signatures"),
        ),
        sa.CheckConstraint(
            "(chair_signed_at IS NULL) = (chair_signed_by IS NULL) AND (secretary_signed_at IS NULL) = (secretary_signed_by IS NULL)",
            name=op.f("ck_session_signature_has_its_instant"),
        ),
        sa.CheckConstraint(
            "chair_signed_by IS NULL OR secretary_signed_by IS NULL OR chair_signed_by <> secretary_signed_by",
            name=op.f("ck_session_two_people_sign"),
        ),
        sa.CheckConstraint("move_version <= version", name=op.f("ck_session_moves_are_lines")),
        sa.CheckConstraint(
            "round >= 1 AND (load_limit IS NULL OR load_limit >= 1)", name=op.f("ck_session_rounds_counted")
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_session_batch_id_batch")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_session_cycle_id_cycle")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
        sa.UniqueConstraint("code", name=op.f("uq_session_code")),
    )
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.create_index("ix_session_batch", ["batch_id", "state"], unique=False)
        batch_op.create_index("ix_session_province_state", ["province_code", "state", "id"], unique=False)

    op.create_table(
        "appeal",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("move_version", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.Column("last_at", sa.String(length=27), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("level", sa.String(length=16), nullable=True),
        sa.Column("dossier_id", sa.String(length=36), nullable=False),
        sa.Column("product_id", sa.String(length=36), nullable=False),
        sa.Column("product_name", sa.String(length=300), nullable=False),
        sa.Column("producer_id", sa.String(length=36), nullable=False),
        sa.Column("province_code", sa.String(length=40), nullable=False),
        sa.Column("commune_code", sa.String(length=60), nullable=True),
        sa.Column("about_state", sa.String(length=40), nullable=False),
        sa.Column("due_at", sa.String(length=27), nullable=True),
        sa.Column("illustrative", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.CheckConstraint(
            "state <> 'accepted' OR due_at IS NOT NULL", name=op.f("ck_appeal_accepted_has_due")
        ),
        sa.CheckConstraint("move_version <= version", name=op.f("ck_appeal_moves_are_lines")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_appeal_dossier_id_dossier")),
        sa.ForeignKeyConstraint(
            ["producer_id"], ["producer.id"], name=op.f("fk_appeal_producer_id_producer")
        ),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_appeal_product_id_product")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal")),
        sa.UniqueConstraint("code", name=op.f("uq_appeal_code")),
    )
    with op.batch_alter_table("appeal", schema=None) as batch_op:
        batch_op.create_index("ix_appeal_producer", ["producer_id", "id"], unique=False)
        batch_op.create_index("ix_appeal_province_state", ["province_code", "state", "id"], unique=False)
        batch_op.create_index(
            "uq_appeal_open_dossier",
            ["dossier_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('open', 'accepted')"),
            postgresql_where=sa.text("state IN ('open', 'accepted')"),
        )

    op.create_table(
        "session_conflict",
        sa.Column("session_id", sa.String(length=36), nullable=False),
        sa.Column("dossier_id", sa.String(length=36), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("declared_at", sa.String(length=27), nullable=False),
        sa.Column("declared_by", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_session_conflict_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_session_conflict_dossier_id_dossier")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_session_conflict_session_id_session")
        ),
        sa.PrimaryKeyConstraint("session_id", "dossier_id", "account_id", name=op.f("pk_session_conflict")),
    )
    op.create_table(
        "session_item",
        sa.Column("session_id", sa.String(length=36), nullable=False),
        sa.Column("dossier_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("visited_on", sa.String(length=10), nullable=True),
        sa.Column("seats", sa.Integer(), nullable=True),
        sa.Column("present", sa.Integer(), nullable=True),
        sa.Column("conflicted", sa.Integer(), nullable=True),
        sa.Column("points_sum", sa.Integer(), nullable=True),
        sa.Column("points_count", sa.Integer(), nullable=True),
        sa.Column("spread", sa.Integer(), nullable=True),
        sa.Column("stars", sa.Integer(), nullable=True),
        sa.Column("struck_at", sa.String(length=27), nullable=True),
        sa.Column("released_at", sa.String(length=27), nullable=True),
        sa.CheckConstraint(
            "points_sum IS NULL OR points_sum <= 100 * points_count",
            name=op.f("ck_session_item_mean_within_hundred"),
        ),
        sa.CheckConstraint(
            "present IS NULL OR (present >= 0 AND present <= seats)",
            name=op.f("ck_session_item_present_within_seats"),
        ),
        sa.CheckConstraint(
            "stars IS NULL OR (stars >= 0 AND stars <= 5)", name=op.f("ck_session_item_stars_within_five")
        ),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_session_item_dossier_id_dossier")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_session_item_session_id_session")
        ),
        sa.PrimaryKeyConstraint("session_id", "dossier_id", name=op.f("pk_session_item")),
    )
    with op.batch_alter_table("session_item", schema=None) as batch_op:
        batch_op.create_index(
            "uq_session_item_bound_dossier",
            ["dossier_id"],
            unique=True,
            sqlite_where=sa.text("released_at IS NULL"),
            postgresql_where=sa.text("released_at IS NULL"),
        )

    op.create_table(
        "session_member",
        sa.Column("session_id", sa.String(length=36), nullable=False),
        sa.Column("appointment_id", sa.String(length=36), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("office", sa.String(length=16), nullable=False),
        sa.Column("seat", sa.String(length=40), nullable=True),
        sa.Column("required", sa.Integer(), nullable=False),
        sa.Column("present", sa.Integer(), nullable=False),
        sa.Column("by_proxy", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.String(length=27), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_session_member_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointment.id"], name=op.f("fk_session_member_appointment_id_appointment")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_session_member_session_id_session")
        ),
        sa.PrimaryKeyConstraint("session_id", "appointment_id", name=op.f("pk_session_member")),
    )
    with op.batch_alter_table("session_member", schema=None) as batch_op:
        batch_op.create_index("ix_session_member_account", ["account_id", "session_id"], unique=False)

    op.create_table(
        "session_round",
        sa.Column("session_id", sa.String(length=36), nullable=False),
        sa.Column("dossier_id", sa.String(length=36), nullable=False),
        sa.Column("round", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("points_sum", sa.Integer(), nullable=True),
        sa.Column("points_count", sa.Integer(), nullable=True),
        sa.Column("spread", sa.Integer(), nullable=True),
        sa.Column("ballots", sa.Integer(), nullable=True),
        sa.Column("required_ballots", sa.Integer(), nullable=True),
        sa.Column("stars", sa.Integer(), nullable=True),
        sa.Column("kept_at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_session_round_dossier_id_dossier")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_session_round_session_id_session")
        ),
        sa.PrimaryKeyConstraint("session_id", "dossier_id", "round", name=op.f("pk_session_round")),
    )
    op.create_table(
        "session_text",
        sa.Column("session_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_session_text_session_id_session")
        ),
        sa.PrimaryKeyConstraint("session_id", "version", name=op.f("pk_session_text")),
    )
    op.create_table(
        "appeal_text",
        sa.Column("appeal_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["appeal_id"], ["appeal.id"], name=op.f("fk_appeal_text_appeal_id_appeal")),
        sa.PrimaryKeyConstraint("appeal_id", "version", name=op.f("pk_appeal_text")),
    )
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.add_column(sa.Column("district_code", sa.String(length=120), nullable=True))
        batch_op.add_column(sa.Column("grace_ends_on", sa.String(length=10), nullable=True))
        batch_op.add_column(sa.Column("revocation_proposed_on", sa.String(length=10), nullable=True))
        batch_op.add_column(sa.Column("renewal_id", sa.String(length=36), nullable=True))
        batch_op.add_column(sa.Column("predecessor_id", sa.String(length=36), nullable=True))
        batch_op.alter_column(
            "province_code",
            existing_type=sa.VARCHAR(length=40),
            type_=sa.String(length=120),
            existing_nullable=False,
        )
        batch_op.alter_column(
            "commune_code",
            existing_type=sa.VARCHAR(length=60),
            type_=sa.String(length=120),
            existing_nullable=True,
        )
        batch_op.create_index("ix_certificate_predecessor", ["predecessor_id"], unique=False)
        batch_op.create_index(
            "ix_certificate_province_window", ["province_code", "window_closes_on"], unique=False
        )

    with op.batch_alter_table("dossier", schema=None) as batch_op:
        batch_op.add_column(sa.Column("year", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("district_code", sa.String(length=120), nullable=True))
        batch_op.add_column(sa.Column("late", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("council_round", sa.Integer(), nullable=True))
        batch_op.alter_column(
            "code", existing_type=sa.VARCHAR(length=32), type_=sa.String(length=140), existing_nullable=False
        )
        batch_op.alter_column(
            "province_code",
            existing_type=sa.VARCHAR(length=40),
            type_=sa.String(length=120),
            existing_nullable=False,
        )
        batch_op.alter_column(
            "commune_code",
            existing_type=sa.VARCHAR(length=60),
            type_=sa.String(length=120),
            existing_nullable=True,
        )

    with op.batch_alter_table("producer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("import_key", sa.String(length=64), nullable=True))
        batch_op.create_unique_constraint(batch_op.f("uq_producer_import_key"), ["import_key"])

    with op.batch_alter_table("product", schema=None) as batch_op:
        batch_op.add_column(sa.Column("import_key", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("illustrative", sa.Integer(), server_default="0", nullable=False))
        batch_op.create_unique_constraint(batch_op.f("uq_product_import_key"), ["import_key"])

    with op.batch_alter_table("unitsuccessor", schema=None) as batch_op:
        batch_op.add_column(sa.Column("direct", sa.Integer(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("since", sa.String(length=10), nullable=True))

    # a dossier counts in its cycle's year; without a cycle, in the year it was opened
    op.execute(
        "UPDATE dossier SET year = COALESCE((SELECT cycle.year FROM cycle WHERE cycle.id = dossier.cycle_id),"
        " CAST(substr(created_at, 1, 4) AS INTEGER))"
    )
    with op.batch_alter_table("cycle") as batch:
        batch.create_check_constraint(
            op.f("ck_cycle_budget_not_negative"), "budget_million_vnd IS NULL OR budget_million_vnd >= 0"
        )
        batch.create_check_constraint(op.f("ck_cycle_moves_are_lines"), "move_version <= version")
        batch.create_check_constraint(
            op.f("ck_cycle_open_points_counted"), "warnings_open >= 0 AND calendar_open >= 0"
        )
        batch.create_check_constraint(
            op.f("ck_cycle_published_has_plan_number"),
            "state = 'draft' OR (plan_number IS NOT NULL AND plan_date IS NOT NULL)",
        )
        batch.create_check_constraint(op.f("ck_cycle_year_plausible"), "year >= 2018 AND year <= 2999")
    with op.batch_alter_table("deadline") as batch:
        batch.create_check_constraint(
            op.f("ck_deadline_bound_within_three"), "bound IS NULL OR bound IN ('before', 'by', 'on')"
        )
        batch.create_check_constraint(
            op.f("ck_deadline_due_when_its_last_day_ends"), "substr(due_at, 1, 10) <= last_day"
        )
        batch.create_check_constraint(
            op.f("ck_deadline_extended_to_later"), "extended_from IS NULL OR extended_from < last_day"
        )
        batch.create_check_constraint(op.f("ck_deadline_moves_are_lines"), "move_version <= version")
        batch.create_check_constraint(
            op.f("ck_deadline_settled_once"), "met_at IS NULL OR cancelled_at IS NULL"
        )
    with op.batch_alter_table("batch") as batch:
        batch.create_check_constraint(
            op.f("ck_batch_days_in_order"),
            "opens_on <= propose_last_day AND propose_last_day <= evaluate_last_day",
        )
        batch.create_check_constraint(op.f("ck_batch_intake_in_order"), "intake_opens_at < intake_closes_at")
        batch.create_check_constraint(
            op.f("ck_batch_level_holds_councils"), "level IN ('district', 'province', 'central')"
        )
        batch.create_check_constraint(op.f("ck_batch_moves_are_lines"), "move_version <= version")
        batch.create_check_constraint(op.f("ck_batch_number_counted"), "number >= 1")
    with op.batch_alter_table("cycle_window") as batch:
        batch.create_check_constraint(
            op.f("ck_cycle_window_bound_within_three"), "bound IN ('before', 'by', 'on')"
        )
        batch.create_check_constraint(op.f("ck_cycle_window_closes_after_opening"), "opens_on <= closes_on")
    with op.batch_alter_table("deadline_extension") as batch:
        batch.create_check_constraint(
            op.f("ck_deadline_extension_moves_later"), "from_last_day < to_last_day"
        )
    with op.batch_alter_table("reminder") as batch:
        batch.create_check_constraint(
            op.f("ck_reminder_settled_once"), "fired_at IS NULL OR cancelled_at IS NULL"
        )
    with op.batch_alter_table("dossier") as batch:
        batch.drop_constraint(op.f("ck_dossier_recognised_has_decision"), type_="check")
        batch.create_check_constraint(op.f("ck_dossier_attempts_counted"), "attempts >= 0")
        batch.create_check_constraint(
            op.f("ck_dossier_filed_is_pinned"), "filed_on IS NULL OR ruleset IS NOT NULL"
        )
        batch.create_check_constraint(
            op.f("ck_dossier_kind_within_three"), "kind IN ('first', 'upgrade', 're_evaluation')"
        )
        batch.create_check_constraint(
            op.f("ck_dossier_late_is_a_renewal"), "late IS NULL OR kind = 're_evaluation'"
        )
        batch.create_check_constraint(
            op.f("ck_dossier_level_within_four"), "level IN ('commune', 'district', 'province', 'central')"
        )
        batch.create_check_constraint(
            op.f("ck_dossier_not_its_own_predecessor"), "predecessor_id IS NULL OR predecessor_id <> id"
        )
        batch.create_check_constraint(
            op.f("ck_dossier_points_within_scale"),
            "(points_sum IS NULL OR points_sum >= 0) AND (points_count IS NULL OR points_count >= 1) AND (spread IS NULL OR (spread >= 0 AND spread <= 100))",
        )
        batch.create_check_constraint(
            op.f("ck_dossier_recognised_has_decision"),
            "state NOT IN ('recognised.3', 'recognised.4', 'recognised.5') OR (decision_number IS NOT NULL AND decision_on IS NOT NULL)",
        )
        batch.create_check_constraint(
            op.f("ck_dossier_recognised_has_its_stars"),
            "state NOT IN ('recognised.3', 'recognised.4', 'recognised.5') OR (stars IS NOT NULL AND state = 'recognised.' || CAST(stars AS TEXT))",
        )
    with op.batch_alter_table("certificate") as batch:
        batch.create_check_constraint(
            op.f("ck_certificate_extended_has_end"), "state <> 'extended' OR grace_ends_on IS NOT NULL"
        )
        batch.create_check_constraint(
            op.f("ck_certificate_follows_another"),
            "(successor_id IS NULL OR successor_id <> id) AND (predecessor_id IS NULL OR predecessor_id <> id)",
        )
        batch.create_check_constraint(
            op.f("ck_certificate_grace_after_term"),
            "grace_ends_on IS NULL OR last_valid_day IS NULL OR grace_ends_on >= last_valid_day",
        )
        batch.create_check_constraint(
            op.f("ck_certificate_live_has_number_stars_and_term"),
            "origin <> 'live' OR (certificate_no IS NOT NULL AND stars IS NOT NULL AND expires_on IS NOT NULL AND last_valid_day IS NOT NULL)",
        )
        batch.create_check_constraint(
            op.f("ck_certificate_origin_within_two"), "origin IN ('live', 'imported')"
        )
        batch.create_check_constraint(
            op.f("ck_certificate_superseded_has_successor"),
            "origin <> 'live' OR state <> 'superseded' OR successor_id IS NOT NULL",
        )
        batch.create_check_constraint(
            op.f("ck_certificate_term_in_order"),
            "(issued_on IS NULL OR expires_on IS NULL OR issued_on <= expires_on) AND (expires_on IS NULL OR last_valid_day IS NULL OR last_valid_day <= expires_on)",
        )
        batch.create_check_constraint(
            op.f("ck_certificate_window_in_order"),
            "(window_opens_on IS NULL AND window_closes_on IS NULL) OR (window_opens_on IS NOT NULL AND window_closes_on IS NOT NULL AND window_opens_on <= window_closes_on)",
        )
