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

GRAMS = r"""
CREATE FUNCTION houqin_grams(value text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(DISTINCT gram), '{}')
    FROM (
        SELECT substr(folded, place, size) AS gram
        FROM (SELECT left(lower(translate(coalesce(value, ''), '帐', '账')), 2000) AS folded) AS source,
             generate_series(1, length(folded)) AS place,
             (VALUES (1), (2)) AS sizes (size)
        WHERE place + size - 1 <= length(folded)
    ) AS pieces
    WHERE gram !~ '\s'
$$;
"""

QUERY_GRAMS = r"""
CREATE FUNCTION houqin_query_grams(value text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(DISTINCT gram), '{}')
    FROM (
        SELECT substr(word, place, least(2, length(word))) AS gram
        FROM regexp_split_to_table(lower(translate(coalesce(value, ''), '帐', '账')), '\s+') AS word,
             generate_series(1, greatest(1, length(word) - 1)) AS place
        WHERE word <> ''
    ) AS pieces
$$;
"""

CREATE = FOLD + GRAMS + QUERY_GRAMS
DROP = """
DROP FUNCTION houqin_fold(text);
DROP FUNCTION houqin_grams(text);
DROP FUNCTION houqin_query_grams(text);
"""
