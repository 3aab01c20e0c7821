-- Databricks notebook source
-- MAGIC %md
-- MAGIC A bookshop's shelves, written the usual way.

-- COMMAND ----------

-- DBTITLE 1,Task 1
CREATE TABLE lab_inventory (sku STRING, product_name STRING, category STRING, quantity INT, unit_price DOUBLE);

-- COMMAND ----------

INSERT INTO lab_inventory VALUES
  ('978-001', 'Sea atlas', 'Atlases', 2, 88.5),
  ('978-002', 'Star atlas', 'Atlases', 1, 65),
  ('978-003', 'Night train', 'Novels', 14, 12.99),
  ('978-004', 'The lighthouse keeper''s cat', 'Novels', 0, 9.99),
  ('978-005', 'Cooking with one pan', 'Cookery', 6, 24),
  ('978-006', 'Bread', 'Cookery', 3, 31.4),
  ('978-007', 'Snails of the coast', 'Nature', 1, 140);

-- COMMAND ----------

-- DBTITLE 1,Task 2: two more
INSERT INTO lab_inventory VALUES ('978-008', 'Knots', 'Crafts', 5, 7.5), ('978-009', 'Day boat', 'Novels', 8, 13.5);

-- COMMAND ----------

-- DBTITLE 1,Task 3: novels
UPDATE lab_inventory SET unit_price = unit_price + unit_price * 0.05 WHERE category = 'Novels';

-- COMMAND ----------

-- DBTITLE 1,Task 4: a delivery
CREATE TEMP VIEW inventory_updates AS
SELECT '978-004' AS sku, 'The lighthouse keeper''s cat' AS product_name, 'Novels' AS category, 20 AS quantity, 10.99 AS unit_price
UNION ALL SELECT '978-002', 'Star atlas', 'Atlases', 4, 60.0
UNION ALL SELECT '978-010', 'Moss', 'Nature', 2, 45.0
UNION ALL SELECT '978-011', 'Ferns', 'Nature', 2, 47.0;

-- COMMAND ----------

-- DBTITLE 1,Task 5: bring it in
MERGE INTO lab_inventory USING inventory_updates
ON lab_inventory.sku = inventory_updates.sku
WHEN NOT MATCHED THEN INSERT *
WHEN MATCHED THEN UPDATE SET quantity = inventory_updates.quantity, unit_price = inventory_updates.unit_price;

-- COMMAND ----------

-- DBTITLE 1,Task 6: look back
DESCRIBE HISTORY lab_inventory;
SELECT * FROM lab_inventory VERSION AS OF 1 ORDER BY sku DESC;

-- COMMAND ----------

-- DBTITLE 1,Task 7: what became dearer or cheaper
SELECT today.sku, today.product_name, first.unit_price AS original_price, today.unit_price AS current_price,
       today.unit_price - first.unit_price AS price_change
FROM lab_inventory VERSION AS OF 1 AS first, lab_inventory AS today
WHERE first.sku = today.sku AND first.unit_price != today.unit_price
ORDER BY price_change DESC;

-- COMMAND ----------

-- DBTITLE 1,Task 8: refused
-- expect-error
INSERT INTO lab_inventory VALUES ('978-012', 'Tides', 'Nature', 'a few', 18.0);

-- COMMAND ----------

ALTER TABLE lab_inventory ADD COLUMN shelf STRING;
