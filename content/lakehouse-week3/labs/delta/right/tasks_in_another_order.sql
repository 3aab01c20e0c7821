-- Databricks notebook source
-- MAGIC %md
-- MAGIC A game rental. The view is made first and the table is extended before anyone looks back; the titles say which task is which.

-- COMMAND ----------

-- DBTITLE 1,Task 1: games
CREATE TABLE lab_inventory (sku STRING, product_name STRING, category STRING, quantity INT, unit_price DOUBLE);

-- COMMAND ----------

INSERT INTO lab_inventory VALUES
  ('ga', 'Go', 'Board', 5, 4.0), ('gb', 'Mill', 'Board', 3, 2.5), ('gc', 'Halma', 'Board', 2, 3.0),
  ('gd', 'Rummy', 'Cards', 9, 1.5), ('ge', 'Skat', 'Cards', 12, 1.0), ('gf', 'Boules', 'Garden', 4, 6.0);

-- COMMAND ----------

-- DBTITLE 1,Task 4: what will come
CREATE OR REPLACE TEMP VIEW inventory_updates AS
SELECT * FROM VALUES ('gb', 'Mill', 'Board', 6, 2.25), ('gg', 'Croquet', 'Garden', 2, 8.0)
AS v(sku, product_name, category, quantity, unit_price);

-- COMMAND ----------

-- DBTITLE 1,Task 2: two games
INSERT INTO lab_inventory VALUES ('gh', 'Whist', 'Cards', 7, 1.25), ('gi', 'Darts', 'Garden', 3, 5.0);

-- COMMAND ----------

-- DBTITLE 1,Task 3: cards
UPDATE lab_inventory SET unit_price = unit_price * 1.05 WHERE category = 'Cards';

-- COMMAND ----------

-- DBTITLE 1,Task 5: merge
MERGE INTO lab_inventory AS t USING inventory_updates AS s ON t.sku = s.sku
WHEN MATCHED THEN UPDATE SET t.quantity = s.quantity, t.unit_price = s.unit_price
WHEN NOT MATCHED THEN INSERT *;

-- COMMAND ----------

-- DBTITLE 1,Task 8: refused
-- expect-error
INSERT INTO lab_inventory VALUES ('gj', 'Chess', 'Board', 2, 4.5, 2);

-- COMMAND ----------

ALTER TABLE lab_inventory ADD COLUMNS (players INT);

-- COMMAND ----------

-- DBTITLE 1,Task 7: compare
SELECT t.sku, t.product_name, b.unit_price AS original_price, t.unit_price AS current_price, t.unit_price - b.unit_price AS price_change
FROM lab_inventory AS t JOIN lab_inventory VERSION AS OF 1 AS b ON b.sku = t.sku
WHERE t.unit_price <> b.unit_price;

-- COMMAND ----------

-- DBTITLE 1,Task 6: look back
SELECT * FROM lab_inventory VERSION AS OF 1;

-- COMMAND ----------

DESCRIBE HISTORY lab_inventory;
