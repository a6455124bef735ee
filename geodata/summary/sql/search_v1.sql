-- Pairs of neighbouring characters of a text in lower case: a GIN index over them finds terms of two Chinese characters,
-- for which a trigram index is useless.
CREATE FUNCTION bigrams(content text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(DISTINCT substr(lower(content), n, 2)), '{}')
    FROM generate_series(1, char_length(content) - 1) AS n
$$;
