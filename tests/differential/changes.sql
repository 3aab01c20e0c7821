-- Statements that change tables, one a line; after each the tables are compared.
UPDATE people SET salary = salary * 1.1 WHERE dept = 'dev'
UPDATE people SET score = NULL, boss = id WHERE score < 0 OR boss IS NULL
UPDATE people SET dept = CASE WHEN dept IS NULL THEN 'none' ELSE upper(dept) END
DELETE FROM sales WHERE qty IS NULL
DELETE FROM sales WHERE NOT (amount > 0)
DELETE FROM pairs WHERE a IN (1, 2) AND s IS NOT NULL
INSERT INTO pairs SELECT id, qty, note FROM sales WHERE qty > 4
INSERT INTO pairs (s, b, a) VALUES ('only', NULL, 5)
MERGE INTO pairs t USING (SELECT DISTINCT id AS k FROM people) s ON t.a = s.k WHEN MATCHED AND t.b IS NULL THEN DELETE WHEN MATCHED THEN UPDATE SET b = t.b + 100 WHEN NOT MATCHED THEN INSERT (a, s) VALUES (s.k, 'new')
MERGE INTO people t USING (SELECT 3 AS id, 'x' AS dept UNION ALL SELECT 99, 'y') s ON t.id = s.id WHEN MATCHED THEN UPDATE SET dept = s.dept WHEN NOT MATCHED THEN INSERT (id, dept) VALUES (s.id, s.dept) WHEN NOT MATCHED BY SOURCE AND t.id > 20 THEN DELETE
INSERT OVERWRITE pairs SELECT a, max(b), min(s) FROM pairs GROUP BY a
