-- Databricks notebook source
-- MAGIC %md
-- MAGIC A sports shop. The UPDATE touches every row, and CASE decides which price becomes another.

-- COMMAND ----------

-- DBTITLE 1,Task 1: goods
CREATE TABLE lab_inventory (sku STRING, product_name STRING, category STRING, quantity INT, unit_price DOUBLE)
USING DELTA PARTITIONED BY (category);

-- COMMAND ----------

INSERT INTO lab_inventory VALUES
  ('1', 'Football', 'Balls', 20, 29.95),
  ('2', 'Handball', 'Balls', 12, 24.95),
  ('3', 'Skipping rope', 'Fitness', 31, 9.5),
  ('4', 'Mat', 'Fitness', 16, 19.0),
  ('5', 'Goggles', 'Water', 22, 14.2),
  ('6', 'Snorkel', 'Water', 7, 18.8);

-- COMMAND ----------

-- DBTITLE 1,Task 2: more goods
INSERT INTO lab_inventory VALUES ('7', 'Fins', 'Water', 5, 36.0), ('8', 'Basketball', 'Balls', 9, 33.3);

-- COMMAND ----------

-- DBTITLE 1,Task 3: balls by CASE
UPDATE lab_inventory SET unit_price = CASE category WHEN 'Balls' THEN unit_price * 1.05 ELSE unit_price END;

-- COMMAND ----------

-- DBTITLE 1,Task 4: updates
CREATE OR REPLACE TEMP VIEW inventory_updates AS
SELECT '5' AS sku, 'Goggles' AS product_name, 'Water' AS category, 30 AS quantity, 12.9 AS unit_price
UNION SELECT '9', 'Dumb-bell', 'Fitness', 14, 21.0
UNION SELECT '1', 'Football', 'Balls', 18, 27.5;

-- COMMAND ----------

-- DBTITLE 1,Task 5: upsert
MERGE INTO lab_inventory AS t
USING inventory_updates AS s
ON t.sku = s.sku
WHEN MATCHED AND s.unit_price < t.unit_price THEN UPDATE SET t.quantity = s.quantity, t.unit_price = s.unit_price
WHEN MATCHED THEN UPDATE SET t.unit_price = s.unit_price, t.quantity = s.quantity
WHEN NOT MATCHED THEN INSERT *;

-- COMMAND ----------

-- DBTITLE 1,Task 6: back
SELECT * FROM lab_inventory VERSION AS OF 1;

-- COMMAND ----------

DESC HISTORY lab_inventory;

-- COMMAND ----------

-- DBTITLE 1,Task 7: by a subquery for each row
SELECT sku, product_name, original_price, current_price, current_price - original_price AS price_change
FROM (
  SELECT t.sku, t.product_name, t.unit_price AS current_price,
         (SELECT max(b.unit_price) FROM lab_inventory VERSION AS OF 1 AS b WHERE b.sku = t.sku) AS original_price
  FROM lab_inventory AS t
) AS prices
WHERE original_price <> current_price;

-- COMMAND ----------

-- DBTITLE 1,Task 8: no number
-- expect-error
INSERT INTO lab_inventory (sku, product_name, category, quantity, unit_price) VALUES ('10', 'Net', 'Balls', 2, 'fifteen');

-- COMMAND ----------

-- DBTITLE 1,Task 8: one more
ALTER TABLE lab_inventory ADD COLUMN (weight_kg DOUBLE FIRST);
