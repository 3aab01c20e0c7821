-- Databricks notebook source
-- MAGIC %md
-- MAGIC A music shop. The MERGE repeats the view's rows in place of naming the view.

-- COMMAND ----------

-- DBTITLE 1,Task 1: instruments
CREATE TABLE lab_inventory (sku STRING, product_name STRING, category STRING, quantity INT, unit_price DOUBLE) USING delta;
INSERT INTO TABLE lab_inventory VALUES
  ('vln', 'Violin', 'Strings', 3, 620.0), ('vla', 'Viola', 'Strings', 1, 890.0), ('vlc', 'Cello', 'Strings', 1, 2400.0),
  ('flt', 'Flute', 'Winds', 2, 540.0), ('obo', 'Oboe', 'Winds', 1, 3100.0), ('trp', 'Trumpet', 'Brass', 4, 480.0);

-- COMMAND ----------

-- DBTITLE 1,Task 2
INSERT INTO lab_inventory VALUES ('hrn', 'Horn', 'Brass', 1, 2750.0), ('drm', 'Drum', 'Percussion', 6, 150.0);

-- COMMAND ----------

-- DBTITLE 1,Task 3
UPDATE lab_inventory SET unit_price = unit_price * 1.05 WHERE NOT category <> 'Strings';

-- COMMAND ----------

-- DBTITLE 1,Task 4
CREATE OR REPLACE TEMP VIEW inventory_updates AS
SELECT * FROM VALUES ('trp', 'Trumpet in B', 'Brass', 6, 455.0), ('hrp', 'Harp', 'Plucked', 1, 9800.0)
AS v(sku, product_name, category, quantity, unit_price);

-- COMMAND ----------

-- DBTITLE 1,Task 5
MERGE INTO lab_inventory i
USING (VALUES ('trp', 'Trumpet in B', 'Brass', 6, 455.0), ('hrp', 'Harp', 'Plucked', 1, 9800.0)) AS u(sku, product_name, category, quantity, unit_price)
ON i.sku = u.sku
WHEN MATCHED THEN UPDATE SET quantity = u.quantity, unit_price = u.unit_price
WHEN NOT MATCHED THEN INSERT *;

-- COMMAND ----------

-- DBTITLE 1,Task 6
DESCRIBE HISTORY lab_inventory;
SELECT i.* FROM lab_inventory VERSION AS OF 1 AS i;

-- COMMAND ----------

-- DBTITLE 1,Task 7
SELECT a.sku, a.product_name, b.unit_price original_price, a.unit_price current_price, a.unit_price - b.unit_price price_change
FROM lab_inventory a JOIN lab_inventory VERSION AS OF 1 b ON a.sku = b.sku AND a.unit_price <> b.unit_price;

-- COMMAND ----------

-- DBTITLE 1,Task 8
-- expect-error
INSERT INTO lab_inventory VALUES ('org', 'Organ', 'Keys', 1, 'on request');

-- COMMAND ----------

-- DBTITLE 1,Task 8
ALTER TABLE lab_inventory ADD COLUMN (maker STRING);
