-- Lines of the comparison whose answers differ from Sail's, by reason. Spark is on Sandbar's side in each group but the last two.
-- Sail lacks the function or the clause, or cannot plan it.
SELECT p.id, m.most FROM people p, LATERAL (SELECT max(amount) AS most FROM sales s WHERE s.person = p.id) m
SELECT year(day) AS y, count(*) AS n FROM sales GROUP BY ALL
SELECT id FROM people QUALIFY row_number() OVER (PARTITION BY dept ORDER BY salary DESC, id) = 1
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT * FROM n
SELECT id, qty * 2 AS d, d + 1 AS e FROM sales
SELECT '5' + 1 AS a, '2' * 3 AS b, '5' = 5 AS c, 1 || 'x' AS d
SELECT CAST(1 AS DECIMAL(38,10)) / 3 AS a, CAST(1 AS DECIMAL(38,20)) * CAST(2 AS DECIMAL(38,20)) AS b
SELECT charindex('bar', 'foobarbar', 5)
SELECT getdate() = now()
SELECT try_to_date('soon', 'yyyy-MM-dd')
SELECT decode(2, 1, 'Southlake', 2, 'San Francisco', 'elsewhere'), decode(X'616263', 'UTF-8')
SELECT iff(1 > 2, 'a', 'b')
SELECT zip_with(array(1, 2, 3), array('a', 'b', 'c'), (x, y) -> concat(y, x))
SELECT map_zip_with(map(1, 'a', 2, 'b'), map(1, 'x'), (k, v, w) -> concat(v, w))
SELECT transform_keys(map(1, 1, 2, 2, 3, 3), (k, v) -> k + 1)
SELECT transform_values(map(1, 1, 2, 2, 3, 3), (k, v) -> k + v)
SELECT approx_percentile(c, array(0.5, 0.4, 0.1), 100) FROM VALUES (0), (1), (2), (10) AS t(c)
SELECT regr_count(y, x) FROM VALUES (1, 2), (2, NULL), (2, 3), (2, 4) AS t(y, x)
SELECT hash('Spark', array(123), 2)
-- Sail's type is not Spark's: a written whole number beside a decimal has its own digits, days between dates are INT or an interval, a UNION widens.
SELECT 1 AS x UNION ALL SELECT 2.5 UNION ALL SELECT NULL
SELECT CAST(1 AS TINYINT) AS x UNION ALL SELECT CAST(2 AS BIGINT)
SELECT CAST(0.1 AS FLOAT) AS f, CAST(CAST(0.1 AS FLOAT) AS DOUBLE) AS d, CAST(CAST(0.1 AS FLOAT) AS STRING) AS s
SELECT 10.0 / 3 AS a, 1.5 * 2.25 AS b, 1.10 + 2 AS c, 5.5 % 2 AS d, -2.50 AS e
SELECT salary / 7 AS a, salary * 1.1 AS b, salary + 1 AS c, salary - amount AS d FROM people JOIN sales ON people.id = person
SELECT round(2.5) AS a, round(-2.5) AS b, round(1.005, 2) AS c, bround(2.5) AS d, round(1234, -2) AS e, round(CAST(2.5 AS DOUBLE)) AS f
SELECT datediff(day, DATE'2022-06-15') AS d, months_between(day, DATE'2022-06-15') AS m FROM sales
SELECT make_date(2024, 2, 29) AS a, from_unixtime(0) AS b, timestamp_seconds(1) AS c, date'2024-12-31' - date'2024-01-01' AS d
SELECT regexp_count('Steven Jones and Stephen Smith', 'Ste(v|ph)en')
SELECT bround(2.5, 0), bround(25, -1)
SELECT try_subtract(2, 1), try_subtract(-2147483648, 1)
SELECT date_diff('2009-07-31', '2009-07-30')
SELECT date_trunc('HOUR', '2015-03-05T09:32:05.359')
SELECT datediff('2009-07-31', '2009-07-30'), datediff(MONTH, DATE'2021-02-28', DATE'2021-03-28')
SELECT percentile_approx(c, 0.5) FROM VALUES (0), (1), (2), (10) AS t(c)
-- Sail's value is not Spark's: Spark rounds halves up, fails on overflow, counts DOW from 1 and Sunday as 6 of weekday, counts whole days, and gives NULL where a NULL was compared.
SELECT dept, count(*) AS n, count(salary) AS paid, sum(salary) AS total, avg(salary) AS mean FROM people GROUP BY dept
SELECT CAST(NULL AS INT) AS a, NULL AS b, CAST(1 AS STRING) AS c, CAST(1.0 AS STRING) AS d, CAST(CAST(1 AS DOUBLE) AS STRING) AS e, CAST(1e20 AS STRING) AS f
SELECT 2147483647 + 1 AS x
SELECT 9223372036854775807 + 1 AS x
SELECT day, year(day) AS y, month(day) AS m, dayofmonth(day) AS d, dayofweek(day) AS w, weekday(day) AS k, dayofyear(day) AS n, quarter(day) AS q, weekofyear(day) AS v FROM sales
SELECT extract(YEAR FROM day) AS y, extract(DOW FROM day) AS w, date_part('month', day) AS m FROM sales
SELECT note, upper(note) AS u, lower(note) AS l, initcap(note) AS i, trim(note) AS t, length(note) AS n, reverse(note) AS r FROM sales
SELECT format_number(1234567.891, 2) AS a, format_string('%s has %d', 'x', 3) AS b, printf('%05.1f', CAST(2.25 AS DOUBLE)) AS c
SELECT array(1, 2, NULL) AS a, size(array(1, 2)) AS s, array_contains(array(1, NULL), 2) AS c, array(1, 2)[0] AS e, element_at(array(1, 2), -1) AS f
SELECT format_string('%s has %d rows, %.1f %%', 'orders', 12, 7.25D)
SELECT timestampdiff(DAY, TIMESTAMP'2024-01-01 12:00:00', TIMESTAMP'2024-01-03 11:00:00')
-- Sail's INTERSECT ALL keeps every copy of the left side, and its NOT IN of several columns lets rows through that a NULL leaves open.
SELECT a FROM pairs INTERSECT ALL SELECT b FROM pairs
SELECT a, s FROM pairs INTERSECT ALL SELECT b, s FROM pairs
SELECT * FROM pairs WHERE (a, b) NOT IN (SELECT b, a FROM pairs WHERE s <> 'a' AND a > 1)
SELECT * FROM pairs WHERE (a, s) NOT IN (SELECT 1, s FROM pairs WHERE s = 'a' OR s IS NULL) AND b > 0
-- Lists without an order, and values of the session.
SELECT current_timezone()
SELECT collect_set(c) FROM VALUES (1), (2), (1) AS t(c)
SELECT current_catalog()
SELECT current_user()
SELECT session_user()
SELECT user()
SELECT version() LIKE 'Sandbar %'
