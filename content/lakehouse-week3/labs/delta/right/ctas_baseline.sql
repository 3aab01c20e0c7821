-- Databricks notebook source
-- DBTITLE 1,Task 1: table and rows at once
CREATE TABLE lab_inventory AS
SELECT sku, product_name, category, CAST(quantity AS INT) AS quantity, CAST(unit_price AS DOUBLE) AS unit_price
FROM VALUES
  ('tea-01', 'Green tea', 'Tea', 80, 5.40),
  ('tea-02', 'Black tea', 'Tea', 65, 4.95),
  ('tea-03', 'Peppermint', 'Tea', 33, 3.80),
  ('cof-01', 'Espresso beans', 'Coffee', 25, 14.50),
  ('cof-02', 'Filter coffee', 'Coffee', 41, 9.90),
  ('cup-01', 'Mug', 'China', 18, 8.00)
  AS stock(sku, product_name, category, quantity, unit_price);

-- COMMAND ----------

-- DBTITLE 1,Task 2: new on the shelf
INSERT INTO lab_inventory
SELECT 'cup-02', 'Tea bowl', 'China', 10, 12.5D
UNION ALL
SELECT 'cof-03', 'Decaf', 'Coffee', 7, 15.0D;

-- COMMAND ----------

-- DBTITLE 1,Task 3: coffee is dearer
UPDATE lab_inventory SET unit_price = unit_price * 105 / 100 WHERE category LIKE 'Coff%';

-- COMMAND ----------

-- DBTITLE 1,Task 4: order of the week
CREATE OR REPLACE TEMP VIEW inventory_updates AS
SELECT col1 AS sku, col2 AS product_name, col3 AS category, col4 AS quantity, CAST(col5 AS DOUBLE) AS unit_price
FROM VALUES ('tea-02', 'Black tea', 'Tea', 100, '4.50'), ('tea-04', 'Rooibos', 'Tea', 12, '5.10');

-- COMMAND ----------

-- DBTITLE 1,Task 5: put it away
MERGE INTO lab_inventory AS shelf USING inventory_updates AS box ON shelf.sku = box.sku
WHEN MATCHED AND (shelf.quantity <> box.quantity OR shelf.unit_price <> box.unit_price)
  THEN UPDATE SET shelf.quantity = box.quantity, shelf.unit_price = box.unit_price
WHEN NOT MATCHED THEN INSERT *;

-- COMMAND ----------

-- DBTITLE 1,Task 6: history first
DESCRIBE HISTORY lab_inventory;

-- COMMAND ----------

SELECT * FROM lab_inventory VERSION AS OF 0;

-- COMMAND ----------

-- DBTITLE 1,Task 7: compare
SELECT shelf.sku, shelf.product_name, was.unit_price AS original_price, shelf.unit_price AS current_price,
       shelf.unit_price - was.unit_price AS price_change
FROM lab_inventory AS shelf
INNER JOIN (SELECT sku, unit_price FROM lab_inventory VERSION AS OF 0) AS was
  ON was.sku = shelf.sku AND was.unit_price <> shelf.unit_price;

-- COMMAND ----------

-- DBTITLE 1,Task 8: a word where a number belongs
-- expect-error
UPDATE lab_inventory SET quantity = 'plenty' WHERE sku = 'tea-01';

-- COMMAND ----------

ALTER TABLE lab_inventory ADD COLUMNS (best_before DATE);
