-- Databricks notebook source
-- MAGIC %md
-- MAGIC A wine merchant. The view takes its known skus from the table itself, so it looks different again after the MERGE.

-- COMMAND ----------

-- DBTITLE 1,Task 1: cellar
CREATE TABLE lab_inventory (sku STRING, product_name STRING, category STRING, quantity INT, unit_price DOUBLE);

-- COMMAND ----------

INSERT INTO lab_inventory VALUES
  ('R1', 'Rioja', 'Red', 60, 11.0), ('R2', 'Barolo', 'Red', 18, 44.0), ('R3', 'Lemberger', 'Red', 36, 9.8),
  ('W1', 'Riesling', 'White', 90, 10.4), ('W2', 'Sancerre', 'White', 24, 23.9), ('S1', 'Cava', 'Sparkling', 48, 8.7);

-- COMMAND ----------

-- DBTITLE 1,Task 2: two bottles
INSERT INTO lab_inventory VALUES ('S2', 'Cremant', 'Sparkling', 30, 12.6), ('P1', 'Port', 'Sweet', 12, 19.0);

-- COMMAND ----------

-- DBTITLE 1,Task 3: white wine
UPDATE lab_inventory SET unit_price = unit_price * 1.05 WHERE sku IN (SELECT sku FROM lab_inventory WHERE category = 'White');

-- COMMAND ----------

-- DBTITLE 1,Task 4: cheaper red wine, and a new one
CREATE OR REPLACE TEMP VIEW inventory_updates AS
SELECT sku, product_name, category, quantity + 6 AS quantity, unit_price - 1 AS unit_price FROM lab_inventory WHERE category = 'Red'
UNION ALL
SELECT 'R4', 'Primitivo', 'Red wine', 24, 7.9;

-- COMMAND ----------

-- DBTITLE 1,Task 5: merge
MERGE INTO lab_inventory AS t USING inventory_updates AS s ON t.sku = s.sku
WHEN MATCHED THEN UPDATE SET t.quantity = s.quantity, t.unit_price = s.unit_price
WHEN NOT MATCHED THEN INSERT *;

-- COMMAND ----------

-- DBTITLE 1,Task 6: history and baseline
DESCRIBE HISTORY lab_inventory;

-- COMMAND ----------

CREATE OR REPLACE TEMP VIEW first_stock AS SELECT * FROM lab_inventory VERSION AS OF 1;

-- COMMAND ----------

SELECT * FROM first_stock;

-- COMMAND ----------

-- DBTITLE 1,Task 7: with the view of task 6
SELECT t.sku, t.product_name, f.unit_price AS original_price, t.unit_price AS current_price, t.unit_price - f.unit_price AS price_change
FROM first_stock AS f JOIN lab_inventory AS t ON t.sku = f.sku
WHERE t.unit_price <> f.unit_price;

-- COMMAND ----------

-- DBTITLE 1,Task 8: refused
-- expect-error
INSERT INTO lab_inventory SELECT sku, product_name, category, quantity, product_name FROM first_stock;

-- COMMAND ----------

ALTER TABLE lab_inventory ADD COLUMNS (vintage INT);
