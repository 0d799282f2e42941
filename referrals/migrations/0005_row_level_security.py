"""The second fence: PostgreSQL itself shows the rows of a family to those who may know of it only.

`lotsen_stand(person, moment)` notes who asks, and in which houses that person may see cases, for
the rest of the transaction. The policies compare with these notes; where a column does not tell,
they ask `lotsen_sees(case)`, or `lotsen_sees(case, true)`: also who was asked to take over. The
rule itself is `lotsen_reaches`.

The rule stands here a second time on purpose, written in SQL and read from guardian's tables, not
from Python: a mistake in one of the two is caught by the other. A later change of the rule needs
a migration that replaces the functions.

The functions run with the rights of their owner, so that policies do not call each other without
end; the owner of the tables and superusers are not held by any policy (docs/adr/0023). SQLite has
no such thing: nothing happens there.
"""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION public.lotsen_stand(person uuid, moment timestamptz) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE sees uuid[]; works uuid[]; audits uuid[];
BEGIN
    SELECT coalesce(array_agg(DISTINCT p.content_object_id) FILTER (
               WHERE a.codename = 'view_cases'), '{}'),
           coalesce(array_agg(DISTINCT p.content_object_id) FILTER (
               WHERE a.codename IN ('view_cases', 'open_case')), '{}'),
           coalesce(array_agg(DISTINCT p.content_object_id) FILTER (
               WHERE a.codename = 'view_audit'), '{}')
      INTO sees, works, audits
      FROM accounts_user u
      JOIN accounts_user_groups g ON g.user_id = u.id
      JOIN access_organisationgrouppermission p ON p.group_id = g.group_id
      JOIN auth_permission a ON a.id = p.permission_id
      JOIN accounts_organisation o ON o.id = p.content_object_id
     WHERE u.id = person AND u.is_active AND o.is_active
       AND a.codename IN ('view_cases', 'open_case', 'view_audit');
    PERFORM set_config('lotsen.standing', 'person', true),
            set_config('lotsen.user', person::text, true),
            set_config('lotsen.houses', sees::text, true),
            set_config('lotsen.works', works::text, true),
            set_config('lotsen.audits', audits::text, true),
            set_config('lotsen.moment', moment::text, true),
            set_config('lotsen.day', (moment AT TIME ZONE 'Europe/Berlin')::date::text, true);
END $$;

CREATE FUNCTION public.lotsen_reaches(
    which uuid, holder uuid, assigned uuid, is_inner boolean, or_was_asked boolean
) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    me uuid := nullif(current_setting('lotsen.user', true), '')::uuid;
    sees uuid[];
    works uuid[];
    moment timestamptz;
    by_part boolean;  -- true: of a house one sees cases of; false: of one's work; null: of none
BEGIN
    IF me IS NULL THEN RETURN false; END IF;
    sees := current_setting('lotsen.houses')::uuid[];
    works := current_setting('lotsen.works')::uuid[];
    IF holder = ANY (sees) THEN
        IF NOT is_inner OR assigned = me THEN RETURN true; END IF;
        moment := current_setting('lotsen.moment')::timestamptz;
        IF EXISTS (
            SELECT FROM access_deputyship d
              JOIN accounts_user u ON u.id = d.absent_id AND u.is_active
              JOIN accounts_user_groups g ON g.user_id = u.id
              JOIN access_organisationgrouppermission p
                ON p.group_id = g.group_id AND p.content_object_id = d.organisation_id
              JOIN auth_permission a ON a.id = p.permission_id AND a.codename = 'view_cases'
             WHERE d.organisation_id = holder AND d.absent_id = assigned
               AND d.deputy_id = me AND d.since <= moment AND d.until > moment
        ) THEN RETURN true; END IF;
    END IF;
    SELECT bool_or(p.organisation_id = ANY (sees)) INTO by_part
      FROM referrals_participation p
     WHERE p.case_id = which AND p.organisation_id = ANY (works) AND p.until IS NULL
       AND (p.expires_on IS NULL OR p.expires_on >= current_setting('lotsen.day')::date);
    IF by_part THEN RETURN true; END IF;
    IF by_part IS NOT NULL OR holder = ANY (works) THEN
        -- `moment` is that of the request's first statement; what it shares itself begins later.
        moment := current_setting('lotsen.moment')::timestamptz;
        IF EXISTS (
            SELECT FROM referrals_caseshare s
             WHERE s.case_id = which AND s.user_id = me
               AND s.since <= moment + interval '1 minute' AND s.until > moment
        ) THEN RETURN true; END IF;
    END IF;
    RETURN or_was_asked AND EXISTS (
        SELECT FROM referrals_handover h
         WHERE h.case_id = which AND h.recipient_id = ANY (sees) AND h.requested_at IS NOT NULL);
END $$;

CREATE FUNCTION public.lotsen_sees(which uuid, or_was_asked boolean DEFAULT false) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE c record;
BEGIN
    SELECT holder_id, assigned_to_id, insiders_only INTO c FROM referrals_case WHERE id = which;
    RETURN FOUND AND lotsen_reaches(
        which, c.holder_id, c.assigned_to_id, c.insiders_only, or_was_asked);
END $$;

CREATE FUNCTION public.lotsen_sees_text(reference uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE which uuid;
BEGIN
    SELECT id INTO which FROM referrals_case WHERE vault_ref = reference;
    RETURN FOUND AND lotsen_sees(which, true);
END $$;

CREATE FUNCTION public.lotsen_holder_of(which uuid) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT holder_id FROM referrals_case WHERE id = which
$$;

CREATE FUNCTION public.lotsen_opened(which uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM referrals_case
         WHERE id = which AND opened_by_id = nullif(current_setting('lotsen.user', true), '')::uuid
           AND holder_id = ANY (nullif(current_setting('lotsen.works', true), '')::uuid[]))
$$;
"""

FUNCTION_NAMES = (
    "lotsen_opened(uuid)", "lotsen_holder_of(uuid)", "lotsen_sees_text(uuid)",
    "lotsen_sees(uuid, boolean)", "lotsen_reaches(uuid, uuid, uuid, boolean, boolean)",
    "lotsen_stand(uuid, timestamptz)",
)

# Read for each row, not once as `(SELECT …)`: planning that costs more than a page of rows does.
SYSTEM = "current_setting('lotsen.standing', true) = 'system'"
ME = "nullif(current_setting('lotsen.user', true), '')::uuid"
HOUSES = "ANY (nullif(current_setting('lotsen.houses', true), '')::uuid[])"
WORKS = "ANY (nullif(current_setting('lotsen.works', true), '')::uuid[])"
AUDITS = "ANY (nullif(current_setting('lotsen.audits', true), '')::uuid[])"

SEEN = "lotsen_sees(case_id)"
KNOWN = "lotsen_sees(case_id, true)"  # seen, or a house of the person was asked to take over
# Table → who reads a row, and, where it differs, who writes one. What is cheap comes first.
POLICIES = {
    "referrals_case": (
        f"(holder_id = {HOUSES} AND NOT insiders_only)"
        " OR lotsen_reaches(id, holder_id, assigned_to_id, insiders_only, true)",
        # A case begins in a house of one's work; it never moves to another.
        f"(holder_id = {WORKS} AND coalesce(lotsen_holder_of(id), holder_id) = holder_id)"
        " OR (lotsen_sees(id, true) AND lotsen_holder_of(id) = holder_id)",
    ),
    "referrals_participation": (
        f"organisation_id = {HOUSES} OR {SEEN}",
        KNOWN,
    ),
    "referrals_caseshare": (
        f"user_id = {ME} OR {SEEN}",
        # Whoever opens a case without seeing the house's others keeps a way back to it.
        f"{SEEN} OR (kind = 'own' AND user_id = {ME} AND lotsen_opened(case_id))",
    ),
    "referrals_handover": (
        f"(recipient_id = {HOUSES} AND requested_at IS NOT NULL) OR {SEEN}",
        None,
    ),
    "referrals_consent": (KNOWN, None),
    "referrals_followup": (KNOWN, None),
    "referrals_contactattempt": (KNOWN, None),
    "referrals_note": (
        f"{KNOWN} AND (kind <> 'entrusted' OR author_id = {ME})", None,
    ),
    "referrals_assessment": (SEEN, None),
    "referrals_suggestion": (SEEN, None),
    "referrals_gap": (SEEN, None),
    "referrals_dispute": (SEEN, None),
    "referrals_restriction": (SEEN, None),
    "referrals_emergencyaccess": (f"organisation_id = {AUDITS} OR {SEEN}", None),
    "vault_casekey": ("lotsen_sees_text(ref)", None),
    "vault_sealedtext": ("lotsen_sees_text(ref)", None),
    "vault_indexentry": ("lotsen_sees_text(ref)", None),
}


def install(apps, schema_editor):
    """Put up the fence, on PostgreSQL."""
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute(FUNCTIONS, params=None)
    for table, (reads, writes) in POLICIES.items():
        schema_editor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY", params=None)
        schema_editor.execute(
            f"CREATE POLICY lotsen_fence ON {table} USING ({SYSTEM} OR {reads})"
            f" WITH CHECK ({SYSTEM} OR {writes or reads})",
            params=None,
        )


def remove(apps, schema_editor):
    """Take it down again."""
    if schema_editor.connection.vendor != "postgresql":
        return
    for table in POLICIES:
        schema_editor.execute(f"DROP POLICY lotsen_fence ON {table}", params=None)
        schema_editor.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY", params=None)
    for name in FUNCTION_NAMES:
        schema_editor.execute(f"DROP FUNCTION public.{name}", params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("referrals", "0004_insiders_and_emergencies"),
        ("vault", "0003_keys_for_purposes"),
        ("access", "0003_deputyships"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]
    operations = [migrations.RunPython(install, remove)]
