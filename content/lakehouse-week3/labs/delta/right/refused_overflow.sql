-- Databricks notebook source
-- MAGIC %md
-- MAGIC A screw factory. Its rows are made by range(), and a quantity that no INT holds is refused.

-- COMMAND ----------

-- DBTITLE 1,Task 1: screws
CREATE TABLE lab_inventory AS
SELECT 'SC-' || size AS sku, 'Screw ' || size AS product_name, 'Screws' AS category, 1000 AS quantity, 0.1D * size AS unit_price
FROM (SELECT CAST(id AS INT) AS size FROM range(3, 8))
UNION ALL
SELECT 'NU-' || size, 'Nut ' || size, 'Nuts', 500, 0.05D * size
FROM (SELECT CAST(id AS INT) AS size FROM range(3, 8));

-- COMMAND ----------

-- DBTITLE 1,Task 2: two more
INSERT INTO lab_inventory VALUES ('WA-4', 'Washer 4', 'Washers', 800, 0.04), ('WA-5', 'Washer 5', 'Washers', 700, 0.05);

-- COMMAND ----------

-- DBTITLE 1,Task 3: nuts
UPDATE lab_inventory SET unit_price = unit_price * 1.05 WHERE category = 'Nuts';

-- COMMAND ----------

-- DBTITLE 1,Task 4: crates
CREATE OR REPLACE TEMP VIEW inventory_updates AS
SELECT * FROM VALUES ('SC-6', 'Screw 6', 'Screws', 4000, 0.55D), ('SC-8', 'Screw 8', 'Screws', 2500, 0.85D)
AS crates(sku, product_name, category, quantity, unit_price);

-- COMMAND ----------

-- DBTITLE 1,Task 5: merge
MERGE INTO lab_inventory AS t USING inventory_updates AS s ON t.sku = s.sku
WHEN MATCHED THEN UPDATE SET t.quantity = s.quantity, t.unit_price = s.unit_price
WHEN NOT MATCHED THEN INSERT *;

-- COMMAND ----------

-- DBTITLE 1,Task 6: history and baseline
DESCRIBE HISTORY lab_inventory;

-- COMMAND ----------

SELECT * FROM lab_inventory VERSION AS OF 0;

-- COMMAND ----------

-- DBTITLE 1,Task 7: compare
SELECT t.sku, t.product_name, b.unit_price AS original_price, t.unit_price AS current_price, t.unit_price - b.unit_price AS price_change
FROM lab_inventory AS t JOIN lab_inventory VERSION AS OF 0 AS b ON b.sku = t.sku
WHERE t.unit_price <> b.unit_price;


-- COMMAND ----------

-- DBTITLE 1,Task 8: refused
-- expect-error
INSERT INTO lab_inventory VALUES ('SC-9', 'Screw 9', 'Screws', 3000000000, 0.95);

-- COMMAND ----------

-- DBTITLE 1,Task 8: extended
ALTER TABLE lab_inventory ADD COLUMNS (thread STRING);
