-- Databricks notebook source
-- MAGIC %md
-- MAGIC A bicycle shop. Between the tasks stand notes and cells that only look.

-- COMMAND ----------

SHOW TABLES;

-- COMMAND ----------

-- DBTITLE 1,Start afresh
DROP TABLE IF EXISTS lab_inventory;
DROP VIEW IF EXISTS inventory_updates;

-- COMMAND ----------

-- DBTITLE 1,Task 1: the table
CREATE OR REPLACE TABLE lab_inventory (
  sku          STRING COMMENT 'printed on the label',
  product_name STRING,
  category     STRING,
  quantity     INT    COMMENT 'pieces in the shop',
  unit_price   DOUBLE COMMENT 'in euros'
) USING DELTA
COMMENT 'What the shop has';

-- COMMAND ----------

-- MAGIC %md
-- MAGIC First the parts, then the tools: two statements, so the baseline is version 2.

-- COMMAND ----------

INSERT INTO lab_inventory VALUES ('BR-1', 'Brake pads', 'Parts', 40, 6.2), ('CH-1', 'Chain', 'Parts', 15, 18.0), ('TU-28', 'Inner tube', 'Parts', 60, 4.5);

-- COMMAND ----------

INSERT INTO lab_inventory VALUES ('PU-1', 'Floor pump', 'Workshop', 3, 49.0), ('TO-5', 'Spoke key', 'Workshop', 9, 5.8), ('LU-2', 'Chain oil', 'Care', 22, 9.4);

-- COMMAND ----------

-- DBTITLE 1,Scratch: how does it look?
SELECT category, count(*) AS products, sum(quantity * unit_price) AS worth FROM lab_inventory GROUP BY category;

-- COMMAND ----------

-- DBTITLE 1,Task 2: two products more
INSERT INTO TABLE lab_inventory
SELECT * FROM VALUES ('BE-1', 'Bell', 'Parts', 12, 7.9), ('CL-1', 'Cleaning cloth', 'Care', 30, 3.2);

-- COMMAND ----------

-- DBTITLE 1,Scratch: which products would be hit?
SELECT * FROM lab_inventory WHERE category = 'Parts';

-- COMMAND ----------

CREATE TABLE scratch_pad AS SELECT sku, unit_price * 1.05 AS new_price FROM lab_inventory WHERE category = 'Parts';

-- COMMAND ----------

-- DBTITLE 1,Task 3: dearer parts
UPDATE lab_inventory AS shop SET shop.unit_price = 1.05 * shop.unit_price WHERE shop.category IN ('Parts');

-- COMMAND ----------

-- DBTITLE 1,Scratch: as worked out before?
SELECT shop.sku, shop.unit_price, pad.new_price FROM lab_inventory AS shop JOIN scratch_pad AS pad ON pad.sku = shop.sku;

-- COMMAND ----------

-- DBTITLE 1,Task 4: what the lorry brought
CREATE OR REPLACE TEMPORARY VIEW inventory_updates (sku, product_name, category, quantity, unit_price) AS
VALUES ('CH-1', 'Chain, 11 speed', 'Parts', 30, 21.5), ('PU-2', 'Hand pump', 'Workshop', 6, 24.0);

-- COMMAND ----------

-- DBTITLE 1,Scratch: known or new?
SELECT u.sku, CASE WHEN i.sku IS NULL THEN 'new' ELSE 'known' END AS what
FROM inventory_updates AS u LEFT JOIN lab_inventory AS i ON i.sku = u.sku;

-- COMMAND ----------

-- DBTITLE 1,Task 5: in with it
MERGE INTO lab_inventory AS shop
USING (SELECT sku, product_name, category, quantity, unit_price FROM inventory_updates) AS lorry
ON lorry.sku = shop.sku
WHEN MATCHED THEN UPDATE SET unit_price = lorry.unit_price, quantity = lorry.quantity
WHEN NOT MATCHED BY TARGET THEN INSERT (sku, category, product_name, unit_price, quantity)
  VALUES (lorry.sku, lorry.category, lorry.product_name, lorry.unit_price, lorry.quantity);

-- COMMAND ----------

-- DBTITLE 1,Scratch: the newest entry alone
DESCRIBE HISTORY lab_inventory LIMIT 1;

-- COMMAND ----------

-- DBTITLE 1,Task 6: the history
DESCRIBE HISTORY lab_inventory;

-- COMMAND ----------

-- MAGIC %md
-- MAGIC Version 0 is empty, 1 has the parts only, 2 is the one.

-- COMMAND ----------

SELECT sku, product_name, category, quantity, unit_price FROM lab_inventory VERSION AS OF 2;

-- COMMAND ----------

-- DBTITLE 1,Task 7: then and now
SELECT new.sku, new.product_name, old.unit_price AS original_price, new.unit_price AS current_price,
       round(new.unit_price - old.unit_price, 2) AS price_change
FROM lab_inventory VERSION AS OF 2 AS old INNER JOIN lab_inventory AS new USING (sku)
WHERE NOT (old.unit_price = new.unit_price);

-- COMMAND ----------

-- DBTITLE 1,Task 8: no such column
-- expect-error
INSERT INTO lab_inventory (sku, product_name, category, quantity, unit_price, colour)
VALUES ('BE-2', 'Bell', 'Parts', 3, 8.9, 'red');

-- COMMAND ----------

-- DBTITLE 1,Scratch: nothing came in
SELECT count(*) AS bells FROM lab_inventory WHERE sku = 'BE-2';

-- COMMAND ----------

-- DBTITLE 1,Task 8: now with the column
ALTER TABLE lab_inventory ADD COLUMNS (colour STRING COMMENT 'empty for what has none');

-- COMMAND ----------

-- DBTITLE 1,Tidy up
DROP TABLE scratch_pad;
