-- Databricks notebook source
-- MAGIC %md
-- MAGIC A bakery. Task 7 puts both versions under each other and looks one row back, within each sku.

-- COMMAND ----------

-- DBTITLE 1,Task 1: bread and cake
CREATE TABLE lab_inventory CLUSTER BY (sku) AS
SELECT sku, product_name, category, quantity, CAST(unit_price AS DOUBLE) AS unit_price
FROM (
  SELECT 'b1' AS sku, 'Rye loaf' AS product_name, 'Bread' AS category, 30 AS quantity, 4.2 AS unit_price
  UNION ALL SELECT 'b2', 'Baguette', 'Bread', 45, 2.1
  UNION ALL SELECT 'b3', 'Roll', 'Bread', 200, 0.55
  UNION ALL SELECT 'c1', 'Plum cake', 'Cake', 16, 3.3
  UNION ALL SELECT 'c2', 'Cheesecake', 'Cake', 12, 3.6
  UNION ALL SELECT 'k1', 'Coffee to go', 'Drinks', 999, 2.8
);

-- COMMAND ----------

-- DBTITLE 1,Task 2: two
INSERT INTO lab_inventory VALUES ('c3', 'Éclair', 'Cake', 20, 2.9), ('k2', 'Cocoa', 'Drinks', 999, 3.1);

-- COMMAND ----------

-- DBTITLE 1,Task 3: cake
UPDATE lab_inventory SET unit_price = ROUND(unit_price * 1.05, 2) WHERE category = 'Cake';

-- COMMAND ----------

-- DBTITLE 1,Task 4: tomorrow
CREATE OR REPLACE TEMP VIEW inventory_updates AS
SELECT p.sku, p.product_name, p.category, n.quantity, n.unit_price
FROM VALUES ('b2', 60, 2.3), ('b4', 25, 4.9) AS n(sku, quantity, unit_price)
JOIN VALUES ('b2', 'Baguette, long', 'White bread'), ('b4', 'Spelt loaf', 'Bread') AS p(sku, product_name, category) ON p.sku = n.sku;

-- COMMAND ----------

-- DBTITLE 1,Task 5: upsert
MERGE INTO lab_inventory USING inventory_updates AS u ON lab_inventory.sku = u.sku
WHEN MATCHED THEN UPDATE SET lab_inventory.quantity = u.quantity, lab_inventory.unit_price = u.unit_price
WHEN NOT MATCHED THEN INSERT (sku, product_name, category, quantity, unit_price) VALUES (u.sku, u.product_name, u.category, u.quantity, u.unit_price);

-- COMMAND ----------

-- DBTITLE 1,Task 6: yesterday
DESCRIBE HISTORY lab_inventory;

-- COMMAND ----------

SELECT DISTINCT * FROM lab_inventory VERSION AS OF 0;

-- COMMAND ----------

-- DBTITLE 1,Task 7: one row back
SELECT sku, product_name, original_price, current_price, current_price - original_price AS price_change
FROM (
  SELECT sku, product_name, unit_price AS current_price,
         lag(unit_price) OVER (PARTITION BY sku ORDER BY moment) AS original_price
  FROM (
    SELECT 1 AS moment, * FROM lab_inventory VERSION AS OF 0
    UNION ALL
    SELECT 2 AS moment, * FROM lab_inventory
  )
)
WHERE original_price IS NOT NULL AND original_price <> current_price;

-- COMMAND ----------

-- DBTITLE 1,Task 8: a date is no price
-- expect-error
UPDATE lab_inventory SET unit_price = DATE '2025-01-01' WHERE sku = 'b1';

-- COMMAND ----------

-- DBTITLE 1,Task 8: with allergens
ALTER TABLE lab_inventory ADD COLUMNS (allergens ARRAY<STRING>);
