-- Databricks notebook source
-- MAGIC %md
-- MAGIC A plant nursery. Common table expressions wherever they fit; no window function anywhere.

-- COMMAND ----------

-- DBTITLE 1,Task 1: plants
CREATE TABLE lab_inventory USING DELTA AS
WITH bed AS (
  SELECT * FROM VALUES ('ROS', 'Rose', 24, 11.5D), ('PEO', 'Peony', 9, 16D), ('LAV', 'Lavender', 70, 4.25D)
  AS t(sku, product_name, quantity, unit_price)
), pot AS (
  SELECT * FROM VALUES ('FIC', 'Fig', 5, 32D), ('OLV', 'Olive', 4, 58D), ('LEM', 'Lemon', 3, 64.9D)
  AS t(sku, product_name, quantity, unit_price)
)
SELECT sku, product_name, 'Bed' AS category, quantity, unit_price FROM bed
UNION ALL
SELECT sku, product_name, 'Pot' AS category, quantity, unit_price FROM pot;

-- COMMAND ----------

-- DBTITLE 1,Task 2: two more
INSERT INTO lab_inventory
WITH more AS (SELECT * FROM VALUES ('THY', 'Thyme', 'Herbs', 40, 2.9D), ('BAY', 'Bay', 'Pot', 6, 27D))
SELECT * FROM more;

-- COMMAND ----------

-- DBTITLE 1,Task 3: pots
UPDATE lab_inventory
SET unit_price = unit_price * (1 + 5 / 100)
WHERE category = (SELECT max(category) FROM lab_inventory);

-- COMMAND ----------

-- DBTITLE 1,Task 4: spring order
CREATE OR REPLACE TEMP VIEW inventory_updates AS
WITH known AS (
  SELECT 'ROS' AS sku, 'Rose, red' AS product_name, 'Bed' AS category, 50 AS quantity, 10.9 AS unit_price
),
new AS (
  SELECT 'MYR' AS sku, 'Myrtle' AS product_name, 'Pot' AS category, 8 AS quantity, 21.0 AS unit_price
)
SELECT * FROM known
UNION ALL
SELECT * FROM new;

-- COMMAND ----------

-- DBTITLE 1,Task 5: bring it in
MERGE INTO lab_inventory AS plants
USING (WITH arrived AS (SELECT * FROM inventory_updates) SELECT * FROM arrived) AS arrived
ON plants.sku = arrived.sku
WHEN MATCHED THEN UPDATE SET quantity = arrived.quantity, unit_price = arrived.unit_price
WHEN NOT MATCHED THEN INSERT *;

-- COMMAND ----------

-- DBTITLE 1,Task 6: history
WITH h AS (SELECT version, operation FROM (DESCRIBE HISTORY lab_inventory)) SELECT * FROM h ORDER BY version;

-- COMMAND ----------

WITH baseline AS (SELECT * FROM lab_inventory VERSION AS OF 0) SELECT * FROM baseline;

-- COMMAND ----------

-- DBTITLE 1,Task 7: prices
WITH was AS (SELECT sku, unit_price FROM lab_inventory VERSION AS OF 0),
     is_now AS (SELECT sku, product_name, unit_price FROM lab_inventory),
     both AS (
       SELECT is_now.sku, is_now.product_name, was.unit_price AS original_price, is_now.unit_price AS current_price
       FROM was JOIN is_now ON was.sku = is_now.sku
     )
SELECT *, current_price - original_price AS price_change FROM both WHERE current_price > original_price
UNION ALL
SELECT *, current_price - original_price AS price_change FROM both WHERE current_price < original_price;

-- COMMAND ----------

-- DBTITLE 1,Task 8: refused
-- expect-error
INSERT INTO lab_inventory
WITH wide AS (SELECT *, 'full sun' AS place FROM inventory_updates)
SELECT * FROM wide;

-- COMMAND ----------

-- DBTITLE 1,Task 8: extended
ALTER TABLE lab_inventory ADD COLUMNS (place STRING);
