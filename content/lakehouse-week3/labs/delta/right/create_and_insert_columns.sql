-- Databricks notebook source
-- MAGIC %md
-- MAGIC A pharmacy. Every INSERT names its columns, and in an order of its own.

-- COMMAND ----------

-- DBTITLE 1,Task 1: create and fill
CREATE TABLE IF NOT EXISTS lab_inventory (
  sku STRING NOT NULL,
  product_name STRING,
  category STRING,
  quantity INT,
  unit_price DOUBLE
) USING DELTA TBLPROPERTIES ('delta.appendOnly' = 'false');

INSERT INTO lab_inventory (category, unit_price, quantity, sku, product_name) VALUES
  ('Plasters', 3.49, 55, '04-711', 'Plasters, assorted'),
  ('Plasters', 5.99, 20, '04-712', 'Plasters for children'),
  ('Plasters', 8.25, 11, '04-713', 'Gauze, 4 m'),
  ('Tea', 2.79, 48, '09-100', 'Fennel tea'),
  ('Tea', 2.95, 35, '09-101', 'Sage tea'),
  ('Care', 12.60, 8, '11-020', 'Hand cream'),
  ('Care', 4.10, 19, '11-021', 'Lip balm'),
  ('Care', 15.00, 5, '11-022', 'Sun lotion');

-- COMMAND ----------

-- DBTITLE 1,Task 2: two newcomers
INSERT INTO lab_inventory (product_name, sku, unit_price, category, quantity)
VALUES ('Thermometer', '20-001', 17.95, 'Devices', 4),
       ('Cough drops', '09-102', 3.30, 'Sweets', 60);

-- COMMAND ----------

-- DBTITLE 1,Task 3: 5 % on care
UPDATE lab_inventory SET unit_price = unit_price / 100.0 * 105.0 WHERE lower(category) = 'care';

-- COMMAND ----------

-- DBTITLE 1,Task 4: the wholesaler's list
CREATE OR REPLACE TEMP VIEW inventory_updates AS
SELECT unit_price, quantity, category, product_name, sku
FROM VALUES ('11-021', 'Lip balm, honey', 'Care', 40, 3.95D),
            ('20-001', 'Thermometer', 'Measuring', 9, 19.9D),
            ('20-002', 'Pill box', 'Devices', 15, 6.5D),
            ('04-714', 'Tape', 'Plasters', 25, 2.2D) AS list(sku, product_name, category, quantity, unit_price);

-- COMMAND ----------

-- DBTITLE 1,Task 5: merge the list
MERGE INTO lab_inventory AS pharmacy
USING inventory_updates AS list
ON pharmacy.sku <=> list.sku
WHEN NOT MATCHED THEN
  INSERT (unit_price, quantity, category, product_name, sku)
  VALUES (list.unit_price, list.quantity, list.category, list.product_name, list.sku)
WHEN MATCHED THEN
  UPDATE SET pharmacy.unit_price = list.unit_price, pharmacy.quantity = list.quantity;

-- COMMAND ----------

-- DBTITLE 1,Task 6: the past, sorted
SELECT version, operation, operationMetrics FROM (DESCRIBE HISTORY lab_inventory) ORDER BY version;

-- COMMAND ----------

SELECT unit_price, quantity, category, product_name, sku FROM lab_inventory VERSION AS OF 1;

-- COMMAND ----------

-- DBTITLE 1,Task 7: columns in another order
SELECT now.unit_price - old.unit_price AS price_change, now.unit_price AS current_price, old.unit_price AS original_price,
       now.product_name, now.sku
FROM lab_inventory now, lab_inventory VERSION AS OF 1 old
WHERE now.sku = old.sku AND abs(now.unit_price - old.unit_price) > 0;

-- COMMAND ----------

-- DBTITLE 1,Task 8: one column too many
-- expect-error
INSERT INTO lab_inventory SELECT *, 'prescription only' FROM inventory_updates;

-- COMMAND ----------

-- DBTITLE 1,Task 8: extended
ALTER TABLE lab_inventory ADD COLUMNS (prescription BOOLEAN AFTER category);
