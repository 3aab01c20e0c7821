-- Databricks notebook source
-- MAGIC %md
-- MAGIC A toy shop. Old versions are spelled with @v.

-- COMMAND ----------

-- DBTITLE 1,Task 1: toys
CREATE OR REPLACE TABLE lab_inventory USING DELTA AS
SELECT CAST(sku AS STRING) AS sku, product_name, category, quantity, CAST(unit_price AS DOUBLE) AS unit_price
FROM VALUES
  (501, 'Kite', 'Outside', 8, 16.9), (502, 'Ball', 'Outside', 25, 5.5), (503, 'Hoop', 'Outside', 4, 12),
  (601, 'Dominoes', 'Games', 10, 9.9), (602, 'Chess', 'Games', 6, 28.75), (701, 'Bear', 'Plush', 13, 22.2)
  AS toys(sku, product_name, category, quantity, unit_price);

-- COMMAND ----------

-- DBTITLE 1,Task 2: new toys
INSERT INTO lab_inventory VALUES ('702', 'Rabbit', 'Plush', 9, 19.9), ('603', 'Cards', 'Games', 40, 4.8);

-- COMMAND ----------

-- DBTITLE 1,Task 3: games
UPDATE lab_inventory SET unit_price = unit_price * 1.05 WHERE category BETWEEN 'Games' AND 'Games';

-- COMMAND ----------

-- DBTITLE 1,Task 4: the fair
CREATE OR REPLACE TEMP VIEW inventory_updates AS
SELECT toy.* FROM VALUES ('501', 'Kite', 'Air', 20, 14.5), ('801', 'Puppet', 'Theatre', 3, 44.0)
AS toy(sku, product_name, category, quantity, unit_price);

-- COMMAND ----------

-- DBTITLE 1,Task 5: after the fair
MERGE INTO lab_inventory AS shop USING inventory_updates AS fair
ON shop.sku = fair.sku
WHEN MATCHED THEN UPDATE SET shop.quantity = fair.quantity, shop.unit_price = fair.unit_price
WHEN NOT MATCHED THEN INSERT *;

-- COMMAND ----------

-- DBTITLE 1,Task 6: history, then version 0
DESCRIBE HISTORY lab_inventory LIMIT 10;

-- COMMAND ----------

SELECT * FROM lab_inventory@v0;

-- COMMAND ----------

-- DBTITLE 1,Task 7: version 0 and the newest
SELECT new.sku, new.product_name, old.unit_price AS original_price, new.unit_price AS current_price,
       -(old.unit_price - new.unit_price) AS price_change
FROM lab_inventory@v0 AS old JOIN lab_inventory@v3 AS new ON new.sku = old.sku
WHERE new.unit_price NOT IN (old.unit_price);

-- COMMAND ----------

-- DBTITLE 1,Task 8: refused
-- expect-error
INSERT INTO lab_inventory VALUES ('802', 'Stage', 'Theatre', 1, 120.0, DATE '2025-01-01', 'wood');

-- COMMAND ----------

-- DBTITLE 1,Task 8: extended
ALTER TABLE lab_inventory ADD COLUMNS (age_from INT);
