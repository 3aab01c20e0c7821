-- Databricks notebook source
-- MAGIC %md
-- MAGIC A stationer's. Deliveries come in several boxes, so a sku may be in the raw list more than once; the view adds them up.

-- COMMAND ----------

-- DBTITLE 1,Task 1: stock
CREATE TABLE lab_inventory (sku STRING, product_name STRING, category STRING, quantity INT, unit_price DOUBLE) USING DELTA;

-- COMMAND ----------

INSERT INTO lab_inventory
SELECT * FROM (
  VALUES ('PEN-B', 'Pen, blue', 'Writing', 200, 1.2),
         ('PEN-R', 'Pen, red', 'Writing', 150, 1.2),
         ('PCL-2', 'Pencil', 'Writing', 400, 0.6),
         ('PAD-4', 'Pad, lined', 'Paper', 90, 3.4),
         ('PAD-5', 'Pad, squared', 'Paper', 75, 3.4),
         ('GLU-1', 'Glue', 'Desk', 33, 2.85)
);

-- COMMAND ----------

-- DBTITLE 1,Task 2: two new ones
INSERT INTO lab_inventory VALUES
  ('ENV-6', 'Envelopes', 'Paper', 60, 4.1),
  ('CLI-1', 'Paper clips', 'Desk', 80, 1.05);

-- COMMAND ----------

-- DBTITLE 1,Task 3: paper is dearer
UPDATE lab_inventory SET unit_price = unit_price * power(1.05, 1) WHERE category = 'Paper';

-- COMMAND ----------

-- DBTITLE 1,Boxes
CREATE OR REPLACE TEMP VIEW deliveries AS
SELECT * FROM VALUES
  (1, 'PEN-B', 'Pen, blue', 'Writing', 100, 1.10),
  (2, 'PEN-B', 'Pen, blue', 'Writing', 150, 1.15),
  (1, 'GLU-1', 'Glue stick', 'Desk', 20, 2.95),
  (3, 'RUL-3', 'Ruler', 'Desk', 10, 1.80),
  (1, 'RUL-3', 'Ruler', 'Desk', 15, 1.70),
  (2, 'STA-1', 'Stapler', 'Desk', 5, 8.90)
  AS d(box, sku, product_name, category, quantity, unit_price);

-- COMMAND ----------

-- DBTITLE 1,Task 4: one row for each sku
CREATE OR REPLACE TEMP VIEW inventory_updates AS
SELECT sku, max(product_name) AS product_name, max(category) AS category,
       CAST(sum(quantity) AS INT) AS quantity, max(unit_price) AS unit_price
FROM deliveries
GROUP BY sku;

-- COMMAND ----------

-- DBTITLE 1,Task 5: unpack
MERGE INTO lab_inventory AS t USING inventory_updates AS s ON s.sku = t.sku
WHEN MATCHED THEN UPDATE SET quantity = s.quantity, unit_price = s.unit_price
WHEN NOT MATCHED THEN INSERT (sku, product_name, category, quantity, unit_price) VALUES (s.sku, s.product_name, s.category, s.quantity, s.unit_price);

-- COMMAND ----------

-- DBTITLE 1,Task 6: the first version with rows
DESCRIBE HISTORY lab_inventory;

-- COMMAND ----------

SELECT * FROM lab_inventory VERSION AS OF 1 ORDER BY category, sku;

-- COMMAND ----------

-- DBTITLE 1,Task 7: two versions under each other
SELECT sku, max(CASE WHEN moment = 'now' THEN product_name END) AS product_name,
       max(CASE WHEN moment = 'then' THEN unit_price END) AS original_price,
       max(CASE WHEN moment = 'now' THEN unit_price END) AS current_price,
       sum(CASE WHEN moment = 'now' THEN unit_price ELSE -unit_price END) AS price_change
FROM (
  SELECT 'then' AS moment, sku, product_name, unit_price FROM lab_inventory VERSION AS OF 1
  UNION ALL
  SELECT 'now', sku, product_name, unit_price FROM lab_inventory
) AS prices
GROUP BY sku
HAVING count(*) = 2 AND min(unit_price) < max(unit_price);

-- COMMAND ----------

-- DBTITLE 1,Task 8: a sixth value
-- expect-error
INSERT INTO lab_inventory SELECT sku, product_name, category, quantity, unit_price, box FROM deliveries;

-- COMMAND ----------

-- DBTITLE 1,Task 8: boxes
ALTER TABLE lab_inventory ADD COLUMNS (box INT);
