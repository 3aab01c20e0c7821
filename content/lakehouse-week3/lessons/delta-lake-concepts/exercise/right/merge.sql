-- Databricks notebook source
-- DBTITLE 1,Task 1
MERGE INTO purses AS t
USING (SELECT * FROM VALUES ('Cleo', -15), ('Ben', 15) AS c(holder, moved)) AS s
ON t.holder = s.holder
WHEN MATCHED THEN UPDATE SET coins = t.coins + s.moved;
