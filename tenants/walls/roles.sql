-- The roles of Earnest and their rights, laid by the database's superuser inside the database they are for.
-- Idempotent. No passwords here: give them with ALTER ROLE ... PASSWORD where addresses carry one.
--
--   earnest_owner       owns the tables and migrates them; no server process runs as this role
--   earnest_app         the web: reads and writes rows, behind row-level security
--   earnest_worker      the workers: the same rights, longer time-outs
--   earnest_dispatcher  rings due jobs of all agencies; sees no column but a job's state and times, and no other table
--
-- None of the last three owns a table, may bypass a policy, or holds TRUNCATE (which ignores policies).

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['earnest_owner', 'earnest_app', 'earnest_worker', 'earnest_dispatcher'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
            EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE', name);
        END IF;
    END LOOP;
    EXECUTE format('ALTER DATABASE %I OWNER TO earnest_owner', current_database());
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO earnest_app, earnest_worker', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO earnest_dispatcher', current_database());
END
$$;

ALTER ROLE earnest_app SET statement_timeout = '5s';
ALTER ROLE earnest_app SET lock_timeout = '2s';
ALTER ROLE earnest_app SET idle_in_transaction_session_timeout = '15s';
ALTER ROLE earnest_worker SET statement_timeout = '60s';
ALTER ROLE earnest_worker SET lock_timeout = '5s';
ALTER ROLE earnest_worker SET idle_in_transaction_session_timeout = '60s';
ALTER ROLE earnest_dispatcher SET statement_timeout = '5s';
ALTER ROLE earnest_dispatcher SET lock_timeout = '1s';
ALTER ROLE earnest_dispatcher SET idle_in_transaction_session_timeout = '15s';
-- A migration that meets a long transaction gives up instead of letting every user queue behind it.
ALTER ROLE earnest_owner SET lock_timeout = '2s';

ALTER SCHEMA public OWNER TO earnest_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO earnest_app, earnest_worker, earnest_dispatcher;
ALTER DEFAULT PRIVILEGES FOR ROLE earnest_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO earnest_app, earnest_worker;
ALTER DEFAULT PRIVILEGES FOR ROLE earnest_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO earnest_app, earnest_worker;
-- Functions are executable by everyone unless told otherwise; ours are granted one by one.
ALTER DEFAULT PRIVILEGES FOR ROLE earnest_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
