-- Databricks notebook source
-- MAGIC %md
-- MAGIC A cheese counter. Task 8 extends the table while a new cheese comes in.

-- COMMAND ----------

-- DBTITLE 1,Task 1: cheese
CREATE TABLE lab_inventory (sku STRING, product_name STRING, category STRING, quantity INT, unit_price DOUBLE);
INSERT INTO lab_inventory VALUES
  ('brie', 'Brie', 'Soft', 12, 17.8), ('camb', 'Camembert', 'Soft', 20, 4.6),
  ('emme', 'Emmental', 'Hard', 8, 13.2), ('gouda', 'Gouda', 'Hard', 11, 11.9), ('parm', 'Parmesan', 'Hard', 5, 27.5),
  ('roqu', 'Roquefort', 'Blue', 4, 31.0);

-- COMMAND ----------

-- DBTITLE 1,Task 2: two more
INSERT INTO lab_inventory VALUES ('stil', 'Stilton', 'Blue', 3, 29.9), ('quar', 'Quark', 'Fresh', 40, 1.9);

-- COMMAND ----------

-- DBTITLE 1,Task 3: hard cheese, in whole cents
UPDATE lab_inventory SET unit_price = round(unit_price * 1.05, 2) WHERE category = 'Hard';

-- COMMAND ----------

-- DBTITLE 1,Task 4: the dairy's list
CREATE OR REPLACE TEMP VIEW inventory_updates AS
SELECT * FROM VALUES ('brie', 'Brie', 'Soft', 18, 16.4), ('roqu', 'Roquefort', 'Blue', 7, 32.5), ('moz', 'Mozzarella', 'Fresh', 25, 2.2)
AS dairy(sku, product_name, category, quantity, unit_price);

-- COMMAND ----------

-- DBTITLE 1,Task 5: refill
MERGE INTO lab_inventory AS counter USING inventory_updates AS dairy ON dairy.sku = counter.sku
WHEN MATCHED THEN UPDATE SET quantity = dairy.quantity, unit_price = dairy.unit_price
WHEN NOT MATCHED THEN INSERT *;

-- COMMAND ----------

-- DBTITLE 1,Task 6: look back
DESCRIBE HISTORY lab_inventory;

-- COMMAND ----------

SELECT * EXCEPT (quantity, unit_price), quantity, unit_price FROM lab_inventory VERSION AS OF 1;

-- COMMAND ----------

-- DBTITLE 1,Task 7: in whole cents
SELECT * EXCEPT (category, quantity, unit_price, old_price),
       round(old_price, 2) AS original_price, round(unit_price, 2) AS current_price,
       round(unit_price, 2) - round(old_price, 2) AS price_change
FROM (
  SELECT counter.*, old.unit_price AS old_price
  FROM lab_inventory AS counter JOIN lab_inventory@v1 AS old ON old.sku = counter.sku
)
WHERE unit_price <> old_price;

-- COMMAND ----------

-- DBTITLE 1,Task 8: the list of the goat farm does not fit
-- expect-error
INSERT INTO lab_inventory
SELECT 'goat' AS sku, 'Goat roll' AS product_name, 'Soft' AS category, 10 AS quantity, 6.5 AS unit_price, 'goat' AS milk;

-- COMMAND ----------

-- DBTITLE 1,Task 8: with evolution it does
MERGE WITH SCHEMA EVOLUTION INTO lab_inventory AS counter
USING (SELECT 'goat' AS sku, 'Goat roll' AS product_name, 'Soft' AS category, 10 AS quantity, 6.5 AS unit_price, 'goat' AS milk) AS farm
ON counter.sku = farm.sku
WHEN NOT MATCHED THEN INSERT *;
