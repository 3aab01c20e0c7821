-- Databricks notebook source
-- MAGIC %md
-- MAGIC A hotel's linen room, written in capitals and in backticks.

-- COMMAND ----------

-- DBTITLE 1,Task 1: linen
create table `LAB_INVENTORY` (`SKU` string, `Product_Name` string, `Category` string, `Quantity` int, `Unit_Price` double) using DELTA;

-- COMMAND ----------

insert into `Lab_Inventory` values
  ("s90", "Sheet 90", "Bed", 120, 14.0), ("s140", "Sheet 140", "Bed", 80, 19.5), ("pc", "Pillow case", "Bed", 240, 6.25),
  ("tl", "Towel, large", "Bath", 150, 12.75), ("ts", "Towel, small", "Bath", 310, 5.5), ("nap", "Napkin", "Table", 500, 2.4);

-- COMMAND ----------

-- DBTITLE 1,Task 2: "and two more"
INSERT INTO LAB_INVENTORY VALUES ("rob", "Bath robe", "Bath", 45, 39.0), ("tc", "Table cloth", "Table", 60, 28.0);

-- COMMAND ----------

-- DBTITLE 1,Task 3: bath
UPDATE `lab_inventory` `L` SET `L`.`UNIT_PRICE` = `L`.`unit_price` * 1.05D WHERE `L`.`CATEGORY` = "Bath";

-- COMMAND ----------

-- DBTITLE 1,Task 4: laundry list
CREATE OR REPLACE TEMP VIEW `Inventory_Updates` AS
SELECT "nap" AS `SKU`, "Napkin" AS PRODUCT_NAME, "Table" AS CATEGORY, 450 AS QUANTITY, 2.2 AS UNIT_PRICE
UNION ALL SELECT "mat", "Bath mat", "Bath", 90, 9.9;

-- COMMAND ----------

-- DBTITLE 1,Task 5: merge
MERGE INTO LAB_INVENTORY AS `the room` USING INVENTORY_UPDATES AS `the list`
ON `the room`.SKU = `the list`.sku
WHEN MATCHED THEN UPDATE SET `the room`.Quantity = `the list`.QUANTITY, `the room`.Unit_Price = `the list`.UNIT_PRICE
WHEN NOT MATCHED THEN INSERT (`SKU`, PRODUCT_NAME, category, Quantity, UNIT_PRICE)
  VALUES (`the list`.sku, `the list`.product_name, `the list`.category, `the list`.quantity, `the list`.unit_price);

-- COMMAND ----------

-- DBTITLE 1,Task 6: history
describe history LAB_INVENTORY;

-- COMMAND ----------

select * from `LAB_INVENTORY` version as of 1;

-- COMMAND ----------

-- DBTITLE 1,Task 7: compare
SELECT N.SKU, N.PRODUCT_NAME, O.UNIT_PRICE AS `ORIGINAL_PRICE`, N.UNIT_PRICE AS `CURRENT_PRICE`,
       N.UNIT_PRICE - O.UNIT_PRICE AS `PRICE_CHANGE`
FROM LAB_INVENTORY N JOIN LAB_INVENTORY VERSION AS OF 1 O ON N.SKU = O.SKU
WHERE N.UNIT_PRICE <> O.UNIT_PRICE;

-- COMMAND ----------

-- DBTITLE 1,Task 8: refused
-- expect-error
INSERT INTO `Lab_Inventory` (`SKU`, `Size`) VALUES ("tc2", "round");

-- COMMAND ----------

-- DBTITLE 1,Task 8: extended
ALTER TABLE `Lab_Inventory` ADD COLUMNS (`Washed_At` TIMESTAMP);
