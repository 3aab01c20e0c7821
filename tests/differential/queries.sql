-- One query a line; rows are compared without regard to order, so LIMIT stands only behind a full ORDER BY.
-- joins
SELECT p.id, s.id AS sale FROM people p JOIN sales s ON p.id = s.person
SELECT p.id, s.id AS sale FROM people p LEFT JOIN sales s ON p.id = s.person AND s.qty > 3
SELECT p.id, s.id AS sale FROM people p RIGHT JOIN sales s ON p.id = s.person
SELECT p.id, s.id AS sale FROM people p FULL OUTER JOIN sales s ON p.id = s.person
SELECT p.id FROM people p LEFT SEMI JOIN sales s ON p.id = s.person
SELECT p.id FROM people p LEFT ANTI JOIN sales s ON p.id = s.person
SELECT count(*) AS n FROM people CROSS JOIN pairs
SELECT * FROM pairs x JOIN pairs y USING (a) WHERE x.b < y.b
SELECT x.a, y.b FROM pairs x JOIN pairs y ON x.a <=> y.a AND x.b = y.b
SELECT e.id, b.id AS boss FROM people e LEFT JOIN people b ON e.boss = b.id WHERE b.salary > e.salary OR b.id IS NULL
SELECT count(*) AS n FROM people NATURAL JOIN (SELECT id, dept FROM people)
SELECT p.id, m.most FROM people p, LATERAL (SELECT max(amount) AS most FROM sales s WHERE s.person = p.id) m
-- grouping
SELECT dept, count(*) AS n, count(salary) AS paid, sum(salary) AS total, avg(salary) AS mean FROM people GROUP BY dept
SELECT dept, min(hired) AS first, max(hired) AS last, min(score) AS low FROM people GROUP BY dept
SELECT count(DISTINCT dept) AS depts, count(DISTINCT dept, boss) AS both FROM people
SELECT sum(qty) AS s, avg(qty) AS m, sum(amount) AS t, avg(amount) AS u, avg(score) AS v FROM sales, people WHERE sales.person = people.id
SELECT dept, sum(salary) AS t FROM people GROUP BY dept HAVING sum(salary) > 10000
SELECT dept, boss, count(*) AS n FROM people GROUP BY ROLLUP (dept, boss)
SELECT dept, boss, count(*) AS n FROM people GROUP BY CUBE (dept, boss)
SELECT dept, boss, count(*) AS n, grouping(dept) AS g FROM people GROUP BY GROUPING SETS ((dept), (boss), ())
SELECT dept, boss, grouping_id(dept, boss) AS g FROM people GROUP BY dept, boss WITH ROLLUP
SELECT year(day) AS y, count(*) AS n FROM sales GROUP BY ALL
SELECT year(day) AS y, month(day) AS m, sum(qty) AS q FROM sales GROUP BY 1, 2
SELECT count_if(qty > 3) AS c, bool_and(paid) AS b, bool_or(paid) AS o, every(qty > -9) AS e FROM sales
SELECT sum(qty) FILTER (WHERE paid) AS p, count(*) FILTER (WHERE NOT paid) AS n FROM sales
SELECT stddev(score) AS s, variance(score) AS v, stddev_pop(score) AS sp, var_pop(score) AS vp FROM people
SELECT corr(id, score) AS c, covar_pop(id, score) AS p, covar_samp(id, score) AS q FROM people
SELECT median(score) AS m, percentile(score, 0.25) AS q FROM people
SELECT dept, sort_array(collect_list(id)) AS ids, sort_array(collect_set(boss)) AS bosses FROM people GROUP BY dept
SELECT max_by(id, salary) AS m, min_by(id, hired) AS n FROM people WHERE salary IS NOT NULL AND hired IS NOT NULL
SELECT sum(a) AS s, max(b) AS m, count(*) AS n FROM pairs WHERE a > 100
SELECT a, count(*) AS n FROM pairs WHERE a > 100 GROUP BY a
SELECT bit_and(qty) AS a, bit_or(qty) AS o, bit_xor(qty) AS x FROM sales WHERE qty >= 0
-- windows
SELECT id, row_number() OVER (PARTITION BY dept ORDER BY id) AS r FROM people
SELECT id, rank() OVER (ORDER BY salary DESC) AS r, dense_rank() OVER (ORDER BY salary DESC) AS d FROM people
SELECT id, rank() OVER (ORDER BY dept NULLS LAST) AS r, percent_rank() OVER (ORDER BY dept) AS p, cume_dist() OVER (ORDER BY dept) AS c FROM people
SELECT id, ntile(4) OVER (ORDER BY id) AS q FROM people
SELECT id, lag(qty) OVER (ORDER BY id) AS l, lead(qty, 2, -1) OVER (ORDER BY id) AS d FROM sales
SELECT id, sum(qty) OVER (PARTITION BY person ORDER BY id) AS running FROM sales
SELECT id, sum(amount) OVER (ORDER BY id ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS s FROM sales
SELECT id, avg(qty) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) AS m FROM sales
SELECT id, count(*) OVER (ORDER BY qty RANGE BETWEEN 1 PRECEDING AND 1 FOLLOWING) AS c FROM sales WHERE qty IS NOT NULL
SELECT id, first_value(id) OVER (PARTITION BY dept ORDER BY id) AS f, last_value(id) OVER (PARTITION BY dept ORDER BY id) AS l FROM people
SELECT id, max(score) OVER () AS m, count(*) OVER (PARTITION BY dept) AS c FROM people
SELECT id FROM people QUALIFY row_number() OVER (PARTITION BY dept ORDER BY salary DESC, id) = 1
SELECT id, nth_value(id, 2) OVER (PARTITION BY dept ORDER BY id) AS n FROM people
SELECT dept, sum(salary) AS s, rank() OVER (ORDER BY sum(salary) DESC) AS r FROM people GROUP BY dept
SELECT id, sum(qty) OVER w AS s FROM sales WINDOW w AS (PARTITION BY paid ORDER BY id)
-- set operations
SELECT a FROM pairs UNION SELECT b FROM pairs
SELECT a FROM pairs UNION ALL SELECT b FROM pairs
SELECT a FROM pairs INTERSECT SELECT id FROM people
SELECT a FROM pairs INTERSECT ALL SELECT b FROM pairs
SELECT a FROM pairs EXCEPT SELECT 1
SELECT a FROM pairs EXCEPT ALL SELECT b FROM pairs
SELECT a FROM pairs MINUS SELECT b FROM pairs WHERE b > 1
SELECT a, s FROM pairs EXCEPT ALL SELECT b, s FROM pairs
SELECT a, s FROM pairs INTERSECT ALL SELECT b, s FROM pairs
SELECT a, s FROM pairs UNION SELECT id, dept FROM people
SELECT 1 AS x UNION ALL SELECT 2.5 UNION ALL SELECT NULL
SELECT CAST(1 AS TINYINT) AS x UNION ALL SELECT CAST(2 AS BIGINT)
SELECT DISTINCT s FROM pairs
SELECT * FROM VALUES (1, 'a'), (2, NULL) AS v(x, y)
-- subqueries and CTEs
SELECT id FROM people WHERE salary > (SELECT avg(salary) FROM people)
SELECT id FROM people p WHERE salary = (SELECT max(salary) FROM people q WHERE q.dept = p.dept)
SELECT id FROM people WHERE id IN (SELECT person FROM sales WHERE qty > 5)
SELECT id FROM people WHERE id NOT IN (SELECT person FROM sales)
SELECT * FROM pairs WHERE (a, b) IN (SELECT b, a FROM pairs WHERE s <> 'a')
SELECT * FROM pairs WHERE (a, b) NOT IN (SELECT b, a FROM pairs WHERE s <> 'a' AND a > 1)
SELECT * FROM pairs WHERE (a, s) NOT IN (SELECT 1, s FROM pairs WHERE s = 'a' OR s IS NULL) AND b > 0
SELECT named_struct('X', id, 'y', dept) AS s FROM people
SELECT s.* FROM (SELECT named_struct('X', id, 'y', dept) AS s FROM people)
SELECT s.x, s.Y, CAST(s AS STRUCT<y: BIGINT, x: STRING>) AS t FROM (SELECT named_struct('X', id, 'y', dept) AS s FROM people)
SELECT a, ~a AS n, -128Y AS t, ~~b AS b FROM pairs
SELECT id FROM people WHERE id NOT IN (SELECT person FROM sales WHERE person IS NOT NULL)
SELECT id FROM people p WHERE EXISTS (SELECT 1 FROM sales s WHERE s.person = p.id AND s.paid)
SELECT id FROM people p WHERE NOT EXISTS (SELECT 1 FROM sales s WHERE s.person = p.id)
SELECT id, (SELECT count(*) FROM sales s WHERE s.person = p.id) AS n FROM people p
WITH t AS (SELECT dept, sum(salary) AS s FROM people GROUP BY dept) SELECT * FROM t WHERE s > (SELECT avg(s) FROM t)
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT * FROM n
SELECT id FROM sales ORDER BY amount DESC NULLS LAST, id LIMIT 5
SELECT id FROM sales ORDER BY amount, id LIMIT 5 OFFSET 3
SELECT id, qty * 2 AS d, d + 1 AS e FROM sales
-- NULL logic
SELECT a, b, a = b AS e, a <=> b AS n, a <> b AS d, a < b AS l FROM pairs
SELECT a, b, a > 1 AND b > 1 AS x, a > 1 OR b > 1 AS y, NOT a > 1 AS z FROM pairs
SELECT a, b FROM pairs WHERE NOT (a = 1 AND b = 2)
SELECT a FROM pairs WHERE a NOT IN (1, NULL)
SELECT a, a IN (1, NULL) AS i, a NOT IN (2, 3) AS n FROM pairs
SELECT coalesce(a, b, -1) AS c, nullif(a, b) AS n, nvl(a, 9) AS v, nvl2(a, 1, 2) AS w, ifnull(b, 7) AS i FROM pairs
SELECT a, CASE WHEN a > b THEN 'more' WHEN a = b THEN 'same' END AS c, CASE a WHEN 1 THEN 'one' ELSE 'other' END AS d FROM pairs
SELECT a, b, greatest(a, b) AS g, least(a, b) AS l FROM pairs
SELECT s, s IS NULL AS n, s = '' AS e, s IS DISTINCT FROM 'a' AS d, length(s) AS l FROM pairs
SELECT if(a > b, a, b) AS x, a BETWEEN 1 AND b AS w, a NOT BETWEEN b AND 2 AS v FROM pairs
SELECT paid, paid IS TRUE AS t, paid IS NOT FALSE AS f, NOT paid AS n FROM sales
-- casts
SELECT CAST(note AS INT) AS i FROM sales WHERE note = '12'
SELECT CAST(note AS INT) AS i FROM sales WHERE note = 'red apple'
SELECT try_cast(note AS INT) AS i, try_cast(note AS DOUBLE) AS d, try_cast(note AS DATE) AS t FROM sales
SELECT CAST(score AS INT) AS i, CAST(score AS BIGINT) AS b, CAST(score AS STRING) AS s, CAST(score AS DECIMAL(5,1)) AS d FROM people
SELECT CAST(salary AS INT) AS i, CAST(salary AS DOUBLE) AS d, CAST(salary AS STRING) AS s FROM people
SELECT CAST(hired AS STRING) AS s, CAST(hired AS TIMESTAMP) AS t FROM people
SELECT CAST(at AS DATE) AS d, CAST(at AS STRING) AS s FROM sales
SELECT CAST(paid AS INT) AS i, CAST(paid AS STRING) AS s, CAST(qty AS BOOLEAN) AS b FROM sales
SELECT CAST('  7 ' AS INT) AS i, CAST('1e3' AS DOUBLE) AS d, CAST('true' AS BOOLEAN) AS b, CAST('2024-02-29' AS DATE) AS t
SELECT CAST('2024-02-30' AS DATE) AS t
SELECT CAST(300 AS TINYINT) AS t
SELECT CAST(1.5 AS INT) AS a, CAST(-1.5 AS INT) AS b, CAST(2.5 AS DECIMAL(2,0)) AS c
SELECT CAST('abc' AS BINARY) AS b, CAST(X'616263' AS STRING) AS s
SELECT CAST('2024-01-02 03:04:05.678' AS TIMESTAMP) AS t, CAST('2024-01-02T03:04:05Z' AS TIMESTAMP) AS z
SELECT '5' + 1 AS a, '2' * 3 AS b, '5' = 5 AS c, 1 || 'x' AS d
SELECT CAST(NULL AS INT) AS a, NULL AS b, CAST(1 AS STRING) AS c, CAST(1.0 AS STRING) AS d, CAST(CAST(1 AS DOUBLE) AS STRING) AS e, CAST(1e20 AS STRING) AS f
SELECT CAST(0.1 AS FLOAT) AS f, CAST(CAST(0.1 AS FLOAT) AS DOUBLE) AS d, CAST(CAST(0.1 AS FLOAT) AS STRING) AS s
-- numbers and decimals
SELECT 7 / 2 AS a, 7 DIV 2 AS b, -7 DIV 2 AS c, 7 % 3 AS d, -7 % 3 AS e, mod(-7, 3) AS f, pmod(-7, 3) AS g
SELECT 10.0 / 3 AS a, 1.5 * 2.25 AS b, 1.10 + 2 AS c, 5.5 % 2 AS d, -2.50 AS e
SELECT salary / 7 AS a, salary * 1.1 AS b, salary + 1 AS c, salary - amount AS d FROM people JOIN sales ON people.id = person
SELECT CAST(1 AS DECIMAL(38,10)) / 3 AS a, CAST(1 AS DECIMAL(38,20)) * CAST(2 AS DECIMAL(38,20)) AS b
SELECT 1 / 0 AS x
SELECT try_divide(1, 0) AS x, try_add(2147483647, 1) AS y
SELECT 2147483647 + 1 AS x
SELECT 9223372036854775807 + 1 AS x
SELECT round(2.5) AS a, round(-2.5) AS b, round(1.005, 2) AS c, bround(2.5) AS d, round(1234, -2) AS e, round(CAST(2.5 AS DOUBLE)) AS f
SELECT floor(score) AS f, ceil(score) AS c, abs(score) AS a, sign(score) AS s FROM people
SELECT floor(salary) AS f, ceil(salary) AS c, round(salary, 1) AS r, -salary AS n FROM people
SELECT sqrt(16) AS a, power(2, 10) AS b, exp(0) AS c, ln(1) AS d, log10(100) AS e, log(2, 8) AS f
SELECT 1e0 / 3 AS a, CAST('NaN' AS DOUBLE) = CAST('NaN' AS DOUBLE) AS b, CAST('NaN' AS DOUBLE) > 1e300 AS c, -0.0 = 0.0 AS d
SELECT 5 & 3 AS a, 5 | 3 AS b, 5 ^ 3 AS c, ~5 AS d, shiftleft(1, 4) AS e, shiftright(-16, 2) AS f
SELECT sum(amount) AS s, avg(amount) AS a, sum(amount * qty) AS t, max(amount) - min(amount) AS d FROM sales
SELECT hex(255) AS a, bin(10) AS b, conv('ff', 16, 10) AS c, unhex('4142') AS d
-- dates
SELECT day, year(day) AS y, month(day) AS m, dayofmonth(day) AS d, dayofweek(day) AS w, weekday(day) AS k, dayofyear(day) AS n, quarter(day) AS q, weekofyear(day) AS v FROM sales
SELECT date_add(day, 10) AS a, date_sub(day, 10) AS b, add_months(day, 1) AS c, last_day(day) AS d, next_day(day, 'MON') AS e FROM sales
SELECT datediff(day, DATE'2022-06-15') AS d, months_between(day, DATE'2022-06-15') AS m FROM sales
SELECT trunc(day, 'MM') AS m, trunc(day, 'YEAR') AS y, date_trunc('HOUR', at) AS h, date_trunc('week', at) AS w FROM sales
SELECT date_format(at, 'yyyy-MM-dd HH:mm') AS a, date_format(day, 'EEE, d MMM yy') AS b FROM sales
SELECT to_date('2024-03-01') AS a, to_date('01/03/2024', 'dd/MM/yyyy') AS b, to_timestamp('2024-03-01 10:00', 'yyyy-MM-dd HH:mm') AS c
SELECT hour(at) AS h, minute(at) AS m, second(at) AS s, unix_timestamp(at) AS u FROM sales
SELECT day + INTERVAL 1 MONTH AS a, at + INTERVAL '2' HOUR AS b, day - INTERVAL 3 DAYS AS c FROM sales
SELECT extract(YEAR FROM day) AS y, extract(DOW FROM day) AS w, date_part('month', day) AS m FROM sales
SELECT make_date(2024, 2, 29) AS a, from_unixtime(0) AS b, timestamp_seconds(1) AS c, date'2024-12-31' - date'2024-01-01' AS d
SELECT timestampdiff(DAY, TIMESTAMP'2024-01-01 00:00:00', TIMESTAMP'2024-02-01 12:00:00') AS a, timestampadd(HOUR, 5, TIMESTAMP'2024-01-01 00:00:00') AS b
SELECT day FROM sales WHERE day > '2023-01-01' AND day < current_date()
SELECT sequence(DATE'2024-01-31', DATE'2024-04-30', INTERVAL 1 MONTH) AS s
-- strings
SELECT note, upper(note) AS u, lower(note) AS l, initcap(note) AS i, trim(note) AS t, length(note) AS n, reverse(note) AS r FROM sales
SELECT substring(note, 2, 3) AS a, substr(note, -3) AS b, left(note, 2) AS c, right(note, 2) AS d, substring(note, 0, 2) AS e FROM sales
SELECT concat(note, '!', NULL) AS a, concat_ws('-', note, NULL, 'z') AS b, note || '?' AS c FROM sales
SELECT replace(note, 'p', 'P') AS a, translate(note, 'ae', '12') AS b, regexp_replace(note, '[aeiou]+', '*') AS c FROM sales
SELECT split(note, '[ -]') AS a, split_part(note, ' ', 2) AS b, instr(note, 'p') AS c, locate('e', note, 3) AS d FROM sales
SELECT note FROM sales WHERE note LIKE '%a%'
SELECT note FROM sales WHERE note LIKE 'a\_b' OR note LIKE '100\%'
SELECT note FROM sales WHERE note ILIKE 'GREEN%' OR note RLIKE '^[0-9.]+$'
SELECT regexp_extract(note, '([a-z]+) ([a-z]+)', 2) AS a, regexp_like(note, 'e{2}') AS b FROM sales
SELECT lpad('7', 3, '0') AS a, rpad('ab', 5, 'xy') AS b, repeat('ab', 3) AS c, space(2) AS d, ascii('A') AS e, chr(66) AS f
SELECT format_number(1234567.891, 2) AS a, format_string('%s has %d', 'x', 3) AS b, printf('%05.1f', CAST(2.25 AS DOUBLE)) AS c
SELECT md5('a') AS a, sha2('a', 256) AS b, crc32('a') AS c, base64('abc') AS d, hex('abc') AS e
SELECT startswith(note, 'r') AS a, endswith(note, 'e') AS b, contains(note, 'p') AS c, levenshtein(note, 'plum') AS d FROM sales
SELECT s, s < 'a' AS l, s || s AS d, ltrim(s) AS t, s = 'b' AS e FROM pairs
-- arrays, maps, structs
SELECT array(1, 2, NULL) AS a, size(array(1, 2)) AS s, array_contains(array(1, NULL), 2) AS c, array(1, 2)[0] AS e, element_at(array(1, 2), -1) AS f
SELECT array(1, 2)[5] AS x
SELECT explode(array(3, 1, 2)) AS x
SELECT posexplode(array('a', 'b')) AS (p, v)
SELECT id, w FROM sales LATERAL VIEW explode(split(note, ' ')) t AS w
SELECT map('a', 1, 'b', 2) AS m, map('a', 1)['a'] AS v, map_keys(map('k', 1)) AS k, map_values(map('k', 1)) AS w
SELECT named_struct('x', 1, 'y', 'b') AS s, named_struct('x', 1).x AS x, struct(1, 'a') AS t
SELECT array_sort(array(3, 1, NULL, 2)) AS a, sort_array(array(3, 1, NULL), false) AS b, array_distinct(array(1, 1, NULL, NULL)) AS c
SELECT array_union(array(1, 2), array(2, 3)) AS a, array_intersect(array(1, 2), array(2, 3)) AS b, array_except(array(1, 2), array(2)) AS c, array_join(array('a', NULL, 'b'), ',') AS d
SELECT slice(array(1, 2, 3, 4), 2, 2) AS a, flatten(array(array(1), array(2, 3))) AS b, array_max(array(1, NULL, 3)) AS c, array_position(array(5, 6), 6) AS d
SELECT transform(array(1, 2), x -> x * 10) AS a, filter(array(1, 2, 3), x -> x > 1) AS b, aggregate(array(1, 2), 0, (s, x) -> s + x) AS c
SELECT * FROM (SELECT dept, boss FROM people) PIVOT (count(*) FOR dept IN ('ops' AS ops, 'dev' AS dev))
