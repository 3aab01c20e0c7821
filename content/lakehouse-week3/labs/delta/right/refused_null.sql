-- Databricks notebook source
-- MAGIC %md
-- MAGIC An artists' supplier. The schema says NOT NULL everywhere, and refuses a row without a category.

-- COMMAND ----------

-- DBTITLE 1,Task 1: paint
CREATE TABLE lab_inventory (
  sku STRING NOT NULL,
  product_name STRING NOT NULL,
  category STRING NOT NULL,
  quantity INT NOT NULL,
  unit_price DOUBLE NOT NULL
);

-- COMMAND ----------

INSERT INTO lab_inventory VALUES
  ('oil-1', 'Ochre', 'Oil', 14, 8.4), ('oil-2', 'Cobalt blue', 'Oil', 6, 21.5), ('oil-3', 'Ivory black', 'Oil', 11, 7.9),
  ('wat-1', 'Sap green', 'Watercolour', 19, 4.6), ('wat-2', 'Madder', 'Watercolour', 8, 6.2), ('bru-1', 'Brush 6', 'Brushes', 25, 5.3);

-- COMMAND ----------

-- DBTITLE 1,Task 2: two more
INSERT INTO lab_inventory VALUES ('bru-2', 'Brush 12', 'Brushes', 17, 9.8), ('can-1', 'Canvas', 'Canvas', 30, 13.0);

-- COMMAND ----------

-- DBTITLE 1,Task 3: oil
UPDATE lab_inventory SET unit_price = unit_price * 1.05 WHERE category = 'Oil';

-- COMMAND ----------

-- DBTITLE 1,Task 4: from the maker
CREATE OR REPLACE TEMP VIEW inventory_updates AS
SELECT * FROM VALUES ('wat-2', 'Madder', 'Watercolour', 16, 5.9), ('can-2', 'Canvas, large', 'Canvas', 12, 24.0)
AS maker(sku, product_name, category, quantity, unit_price);

-- COMMAND ----------

-- DBTITLE 1,Task 5: merge
MERGE INTO lab_inventory AS t USING inventory_updates AS s ON t.sku = s.sku
WHEN MATCHED THEN UPDATE SET t.quantity = s.quantity, t.unit_price = s.unit_price
WHEN NOT MATCHED THEN INSERT *;

-- COMMAND ----------

-- DBTITLE 1,Task 6: history and baseline
DESCRIBE HISTORY lab_inventory;

-- COMMAND ----------

SELECT * FROM lab_inventory VERSION AS OF 1;

-- COMMAND ----------

-- DBTITLE 1,Task 7: compare
SELECT t.sku, t.product_name, b.unit_price AS original_price, t.unit_price AS current_price, t.unit_price - b.unit_price AS price_change
FROM lab_inventory AS t JOIN lab_inventory VERSION AS OF 1 AS b ON b.sku = t.sku
WHERE t.unit_price <> b.unit_price;


-- COMMAND ----------

-- DBTITLE 1,Task 8: refused
-- expect-error
INSERT INTO lab_inventory VALUES ('can-3', 'Canvas, round', NULL, 4, 31.0);

-- COMMAND ----------

-- DBTITLE 1,Task 8: extended
ALTER TABLE lab_inventory ADD COLUMNS (maker STRING);
