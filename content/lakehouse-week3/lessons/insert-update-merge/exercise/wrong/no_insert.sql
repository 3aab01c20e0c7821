-- Databricks notebook source
-- DBTITLE 1,Task 1
MERGE INTO players AS t
USING results AS s
ON t.player = s.player
WHEN MATCHED THEN UPDATE SET points = s.points;
