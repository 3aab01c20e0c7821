-- Databricks notebook source
-- MAGIC %md
-- MAGIC A kiosk. Names carry their schema.

-- COMMAND ----------

-- DBTITLE 1,Task 1: kiosk
CREATE TABLE default.lab_inventory (sku STRING, product_name STRING, category STRING, quantity INT, unit_price DOUBLE);

-- COMMAND ----------

INSERT INTO default.lab_inventory VALUES
  ('n1', 'Daily paper', 'Papers', 80, 2.2), ('n2', 'Weekly paper', 'Papers', 30, 5.9), ('m1', 'Cinema magazine', 'Magazines', 12, 6.5),
  ('g1', 'Chewing gum', 'Sweets', 140, 1.1), ('g2', 'Liquorice', 'Sweets', 60, 1.6), ('w1', 'Water', 'Drinks', 90, 1.5);

-- COMMAND ----------

-- DBTITLE 1,Task 2: two
INSERT INTO default.lab_inventory VALUES ('w2', 'Lemonade', 'Drinks', 70, 1.9), ('m2', 'Puzzle magazine', 'Magazines', 20, 3.2);

-- COMMAND ----------

-- DBTITLE 1,Task 3: drinks
UPDATE default.lab_inventory SET unit_price = unit_price * 1.05 WHERE category = 'Drinks';

-- COMMAND ----------

-- DBTITLE 1,Task 4: morning delivery
CREATE OR REPLACE TEMP VIEW inventory_updates AS
SELECT * FROM VALUES ('n1', 'Daily paper', 'Papers', 100, 2.4), ('n3', 'Sunday paper', 'Papers', 50, 3.0)
AS v(sku, product_name, category, quantity, unit_price);

-- COMMAND ----------

-- DBTITLE 1,Task 5: merge
MERGE INTO default.lab_inventory AS t USING inventory_updates AS s ON t.sku = s.sku
WHEN MATCHED THEN UPDATE SET t.quantity = s.quantity, t.unit_price = s.unit_price
WHEN NOT MATCHED THEN INSERT *;

-- COMMAND ----------

-- DBTITLE 1,Task 6: history
DESCRIBE HISTORY default.lab_inventory;

-- COMMAND ----------

SELECT * FROM default.lab_inventory VERSION AS OF 1;

-- COMMAND ----------

-- DBTITLE 1,Task 7: compare
SELECT t.sku, t.product_name, b.unit_price AS original_price, t.unit_price AS current_price, t.unit_price - b.unit_price AS price_change
FROM default.lab_inventory AS t JOIN default.lab_inventory VERSION AS OF 1 AS b ON b.sku = t.sku
WHERE t.unit_price <> b.unit_price;

-- COMMAND ----------

-- DBTITLE 1,Task 8: refused
-- expect-error
INSERT INTO default.lab_inventory VALUES ('w3', 'Cola', 'Drinks', 60, 2.0, 'glass');

-- COMMAND ----------

-- DBTITLE 1,Task 8: extended
ALTER TABLE default.lab_inventory ADD COLUMNS (deposit DOUBLE);
