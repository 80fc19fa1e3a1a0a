"""The SQL functions of the search, created by houqin's first migration.

Each is self-contained: a function that calls another by its bare name breaks pg_restore, which runs with an
empty search path.
"""

FOLD = """
CREATE FUNCTION houqin_fold(value text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT lower(translate(value, '帐', '账'))
$$;
"""

# Of Chinese characters two say enough. Of letters and digits, which initials, pinyin and numbers are made of,
# two stand in so many rows that each of these would have to be looked into: there are pieces of three, too.
GRAMS = r"""
CREATE OR REPLACE FUNCTION houqin_grams(value text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(DISTINCT gram), '{}')
    FROM (
        SELECT substr(folded, place, size) AS gram
        FROM (SELECT left(lower(translate(coalesce(value, ''), '帐', '账')), 2000) AS folded) AS source,
             generate_series(1, length(folded)) AS place,
             (VALUES (1), (2), (3)) AS sizes (size)
        WHERE place + size - 1 <= length(folded)
    ) AS pieces
    WHERE gram !~ '\s' AND (length(gram) < 3 OR gram ~ '^[a-z0-9]{3}$')
$$;
"""

CREATE = FOLD + GRAMS
DROP = """
DROP FUNCTION houqin_fold(text);
DROP FUNCTION houqin_grams(text);
"""
