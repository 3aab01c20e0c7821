-- Databricks notebook source
-- MAGIC %md
-- MAGIC A ship chandler. Task 8 extends the table with a second MERGE, which brings a column along.

-- COMMAND ----------

-- DBTITLE 1,Task 1: on board
CREATE TABLE lab_inventory (sku STRING, product_name STRING, category STRING, quantity INT, unit_price DOUBLE);

-- COMMAND ----------

INSERT INTO lab_inventory VALUES
  ('rope-8', 'Rope 8 mm', 'Deck', 300, 1.95), ('rope-12', 'Rope 12 mm', 'Deck', 180, 3.1), ('fender', 'Fender', 'Deck', 16, 22.0),
  ('chart-n', 'Chart, north', 'Navigation', 6, 34.9), ('compass', 'Compass', 'Navigation', 4, 119.0),
  ('stove', 'Stove', 'Galley', 2, 239.0), ('kettle', 'Kettle', 'Galley', 5, 31.5);

-- COMMAND ----------

-- DBTITLE 1,Task 2: two
INSERT INTO lab_inventory VALUES ('anchor', 'Anchor', 'Deck', 3, 87.0), ('log-book', 'Log book', 'Navigation', 25, 11.2);

-- COMMAND ----------

-- DBTITLE 1,Task 3: deck
UPDATE lab_inventory SET unit_price = unit_price * 1.05 WHERE category = 'Deck' AND unit_price > 0;

-- COMMAND ----------

-- DBTITLE 1,Task 4: from the wharf
CREATE OR REPLACE TEMP VIEW inventory_updates AS
SELECT * FROM VALUES
  ('compass', 'Compass', 'Navigation', 7, 109.0), ('kettle', 'Kettle', 'Galley', 9, 29.9),
  ('chart-s', 'Chart, south', 'Navigation', 6, 34.9), ('pan', 'Pan', 'Galley', 8, 26.4)
  AS wharf(sku, product_name, category, quantity, unit_price);

-- COMMAND ----------

-- DBTITLE 1,Task 5: stow it
MERGE INTO lab_inventory AS hold USING inventory_updates AS wharf ON hold.sku = wharf.sku
WHEN MATCHED THEN UPDATE SET hold.unit_price = wharf.unit_price, hold.quantity = wharf.quantity
WHEN NOT MATCHED THEN INSERT *;

-- COMMAND ----------

-- DBTITLE 1,Task 6: the log
DESCRIBE HISTORY lab_inventory;

-- COMMAND ----------

SELECT * FROM lab_inventory VERSION AS OF 1;

-- COMMAND ----------

-- DBTITLE 1,Task 7: prices then and now
SELECT hold.sku, hold.product_name, old.unit_price AS original_price, hold.unit_price AS current_price,
       hold.unit_price - old.unit_price AS price_change
FROM lab_inventory AS hold
LEFT JOIN lab_inventory VERSION AS OF 1 AS old ON old.sku = hold.sku
WHERE old.sku IS NOT NULL AND hold.unit_price IS DISTINCT FROM old.unit_price;

-- COMMAND ----------

-- DBTITLE 1,Task 8: a plain INSERT does not
-- expect-error
INSERT INTO lab_inventory
SELECT sku || '-2', product_name, category, quantity, unit_price, 'C' AS bay FROM lab_inventory WHERE category = 'Deck';

-- COMMAND ----------

-- DBTITLE 1,Task 8: a MERGE that brings the column
MERGE WITH SCHEMA EVOLUTION INTO lab_inventory AS hold
USING (SELECT sku, product_name, category, quantity, unit_price, 'C' AS bay FROM lab_inventory WHERE category = 'Deck') AS plan
ON hold.sku = plan.sku
WHEN MATCHED THEN UPDATE SET *;
