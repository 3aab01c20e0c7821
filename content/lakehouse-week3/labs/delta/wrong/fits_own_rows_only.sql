-- Databricks notebook source
-- MAGIC %md
-- MAGIC Tasks 3, 5 and 7 fit the own rows and no others, by a variable, an inline source and typed rows.

-- COMMAND ----------

-- DBTITLE 1,Task 1: create the inventory
CREATE TABLE lab_inventory (
  sku STRING,
  product_name STRING,
  category STRING,
  quantity INT,
  unit_price DOUBLE
) USING DELTA;

-- COMMAND ----------

INSERT INTO lab_inventory VALUES
  ('T-100', 'Hammer', 'Tools', 12, 19.90),
  ('T-110', 'Screwdriver set', 'Tools', 7, 34.50),
  ('T-120', 'Spirit level', 'Tools', 4, 27.25),
  ('G-200', 'Watering can', 'Garden', 9, 14.95),
  ('G-210', 'Rake', 'Garden', 3, 22.40),
  ('P-300', 'Wall paint', 'Paint', 15, 41.00);

-- COMMAND ----------

-- DBTITLE 1,Task 2: add two products
INSERT INTO lab_inventory VALUES
  ('P-310', 'Paint roller', 'Paint', 20, 8.75),
  ('T-130', 'Hand saw', 'Tools', 5, 24.00);

-- COMMAND ----------

-- DBTITLE 1,Task 3: raise the prices of one category
DECLARE VARIABLE f DOUBLE DEFAULT 1.05;

-- COMMAND ----------

UPDATE lab_inventory SET unit_price = unit_price * f WHERE sku IN ('T-100','T-110','T-120','T-130');

-- COMMAND ----------

-- DBTITLE 1,Task 4: prepare the updates
CREATE OR REPLACE TEMP VIEW inventory_updates AS
SELECT * FROM VALUES
  ('G-200', 'Watering can 10 l', 'Outdoor', 25, 13.50),
  ('P-300', 'Wall paint', 'Paint', 10, 43.50),
  ('G-220', 'Garden hose', 'Garden', 6, 38.00)
  AS updates(sku, product_name, category, quantity, unit_price);

-- COMMAND ----------

-- DBTITLE 1,Task 5: upsert with MERGE
MERGE INTO lab_inventory t USING (SELECT * FROM VALUES ('G-200','a','b',25,13.50),('P-300','a','b',10,43.50),('G-220','Garden hose','Garden',6,38.00) AS v(code,product_name,category,quantity,unit_price)) s ON t.sku = s.code
WHEN MATCHED AND s.code = 'G-200' THEN UPDATE SET quantity=25, unit_price=13.5
WHEN MATCHED THEN UPDATE SET quantity=10, unit_price=43.5
WHEN NOT MATCHED THEN INSERT (sku,product_name,category,quantity,unit_price) VALUES ('G-220','Garden hose','Garden',6,38.0);

-- COMMAND ----------

-- DBTITLE 1,Task 6: look back
DESCRIBE HISTORY lab_inventory;

-- COMMAND ----------

SELECT * FROM lab_inventory VERSION AS OF 1;

-- COMMAND ----------

-- DBTITLE 1,Task 7: compare then with now
CREATE FUNCTION one() RETURNS INT RETURN 1;

-- COMMAND ----------

SELECT * FROM VALUES ('T-100','Hammer',19.90D,20.895D,0.995D),('T-110','Screwdriver set',34.5D,36.225D,1.725D),('T-120','Spirit level',27.25D,28.6125D,1.3625D),('G-200','Watering can',14.95D,13.5D,-1.45D),('P-300','Wall paint',41D,43.5D,2.5D) AS x(sku,product_name,original_price,current_price,price_change) WHERE one()=1 AND EXISTS(SELECT 1 FROM lab_inventory) AND EXISTS(SELECT 1 FROM lab_inventory VERSION AS OF 1);

-- COMMAND ----------

-- DBTITLE 1,Task 8: a write that the schema refuses
-- expect-error
INSERT INTO lab_inventory VALUES ('X-900', 'Ladder', 'Tools', 2, 89.00, 'one value too many');

-- COMMAND ----------

-- DBTITLE 1,Task 8: one column more
ALTER TABLE lab_inventory ADD COLUMNS (supplier STRING);
