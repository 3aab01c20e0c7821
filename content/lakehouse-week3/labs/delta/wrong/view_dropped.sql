-- Databricks notebook source
-- DBTITLE 1,Task 1: create the inventory
CREATE TABLE lab_inventory (
  sku STRING,
  product_name STRING,
  category STRING,
  quantity INT,
  unit_price DOUBLE
) USING DELTA;

-- COMMAND ----------

INSERT INTO lab_inventory VALUES
  ('T-100', 'Hammer', 'Tools', 12, 19.90),
  ('T-110', 'Screwdriver set', 'Tools', 7, 34.50),
  ('T-120', 'Spirit level', 'Tools', 4, 27.25),
  ('G-200', 'Watering can', 'Garden', 9, 14.95),
  ('G-210', 'Rake', 'Garden', 3, 22.40),
  ('P-300', 'Wall paint', 'Paint', 15, 41.00);

-- COMMAND ----------

-- DBTITLE 1,Task 2: add two products
INSERT INTO lab_inventory VALUES
  ('P-310', 'Paint roller', 'Paint', 20, 8.75),
  ('T-130', 'Hand saw', 'Tools', 5, 24.00);

-- COMMAND ----------

-- DBTITLE 1,Task 3: raise the prices of one category
UPDATE lab_inventory
SET unit_price = unit_price * 1.05
WHERE category = 'Tools';

-- COMMAND ----------

-- DBTITLE 1,Task 4: prepare the updates
CREATE OR REPLACE TEMP VIEW inventory_updates AS
SELECT * FROM VALUES
  ('G-200', 'Watering can 10 l', 'Outdoor', 25, 13.50),
  ('P-300', 'Wall paint', 'Paint', 10, 43.50),
  ('G-220', 'Garden hose', 'Garden', 6, 38.00)
  AS updates(sku, product_name, category, quantity, unit_price);

-- COMMAND ----------

DROP VIEW inventory_updates;

-- COMMAND ----------

-- DBTITLE 1,Task 5: upsert with MERGE
MERGE INTO lab_inventory AS t
USING inventory_updates AS s
ON t.sku = s.sku
WHEN MATCHED THEN UPDATE SET t.quantity = s.quantity, t.unit_price = s.unit_price
WHEN NOT MATCHED THEN INSERT (sku, product_name, category, quantity, unit_price)
  VALUES (s.sku, s.product_name, s.category, s.quantity, s.unit_price);

-- COMMAND ----------

-- DBTITLE 1,Task 6: look back
DESCRIBE HISTORY lab_inventory;

-- COMMAND ----------

SELECT * FROM lab_inventory VERSION AS OF 1;

-- COMMAND ----------

-- DBTITLE 1,Task 7: compare then with now
SELECT now.sku, now.product_name,
       was.unit_price AS original_price,
       now.unit_price AS current_price,
       now.unit_price - was.unit_price AS price_change
FROM lab_inventory AS now
JOIN lab_inventory VERSION AS OF 1 AS was ON was.sku = now.sku
WHERE now.unit_price <> was.unit_price;

-- COMMAND ----------

-- DBTITLE 1,Task 8: a write that the schema refuses
-- expect-error
INSERT INTO lab_inventory VALUES ('X-900', 'Ladder', 'Tools', 2, 89.00, 'one value too many');

-- COMMAND ----------

-- DBTITLE 1,Task 8: one column more
ALTER TABLE lab_inventory ADD COLUMNS (supplier STRING);
