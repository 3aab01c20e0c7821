# Databricks notebook source
# MAGIC %md
# MAGIC A notebook of the language Python with SQL cells: a fishmonger.

# COMMAND ----------

# DBTITLE 1,Task 1: fish
# MAGIC %sql
# MAGIC CREATE TABLE lab_inventory (sku STRING, product_name STRING, category STRING, quantity INT, unit_price DOUBLE)

# COMMAND ----------

# MAGIC %sql
# MAGIC INSERT INTO lab_inventory VALUES
# MAGIC   ('cod', 'Cod', 'Fish', 14, 19.9), ('had', 'Haddock', 'Fish', 9, 17.5), ('sal', 'Salmon', 'Fish', 21, 24.8),
# MAGIC   ('cra', 'Crab', 'Shellfish', 6, 31.0), ('mus', 'Mussels', 'Shellfish', 30, 7.4), ('sol', 'Sole', 'Fish', 5, 36.0)

# COMMAND ----------

# DBTITLE 1,Task 2: two
# MAGIC %sql
# MAGIC INSERT INTO lab_inventory VALUES ('oys', 'Oysters', 'Shellfish', 48, 2.6), ('sal-s', 'Salmon, smoked', 'Smoked', 10, 39.5)

# COMMAND ----------

# DBTITLE 1,Task 3: shellfish
# MAGIC %sql
# MAGIC UPDATE lab_inventory SET unit_price = unit_price * 1.05 WHERE category = 'Shellfish'

# COMMAND ----------

# DBTITLE 1,Task 4: this morning's boat
# MAGIC %sql
# MAGIC CREATE OR REPLACE TEMP VIEW inventory_updates AS
# MAGIC SELECT * FROM VALUES ('cod', 'Cod, line caught', 'Fish', 26, 18.4), ('pla', 'Plaice', 'Fish', 17, 15.2)
# MAGIC AS boat(sku, product_name, category, quantity, unit_price)

# COMMAND ----------

# DBTITLE 1,Task 5: onto the ice
# MAGIC %sql
# MAGIC MERGE INTO lab_inventory AS ice USING inventory_updates AS boat ON ice.sku = boat.sku
# MAGIC WHEN MATCHED THEN UPDATE SET ice.quantity = boat.quantity, ice.unit_price = boat.unit_price
# MAGIC WHEN NOT MATCHED THEN INSERT *

# COMMAND ----------

# DBTITLE 1,Task 6: look back
# MAGIC %sql
# MAGIC DESCRIBE HISTORY lab_inventory

# COMMAND ----------

# MAGIC %sql
# MAGIC SELECT * FROM lab_inventory VERSION AS OF 1

# COMMAND ----------

# DBTITLE 1,Task 7: compare
# MAGIC %sql
# MAGIC SELECT ice.sku, ice.product_name, old.unit_price AS original_price, ice.unit_price AS current_price,
# MAGIC        ice.unit_price - old.unit_price AS price_change
# MAGIC FROM lab_inventory AS ice JOIN lab_inventory VERSION AS OF 1 AS old ON old.sku = ice.sku
# MAGIC WHERE ice.unit_price <> old.unit_price

# COMMAND ----------

# DBTITLE 1,Task 8: refused
# MAGIC %sql
# MAGIC -- expect-error
# MAGIC INSERT INTO lab_inventory VALUES ('eel', 'Eel', 'Smoked', 'none today', 42.0)

# COMMAND ----------

# DBTITLE 1,Task 8: extended
# MAGIC %sql
# MAGIC ALTER TABLE lab_inventory ADD COLUMNS (caught_at TIMESTAMP)
