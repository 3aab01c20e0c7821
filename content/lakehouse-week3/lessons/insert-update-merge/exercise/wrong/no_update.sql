-- Databricks notebook source
-- DBTITLE 1,Task 1
MERGE INTO players AS t
USING results AS s
ON t.player = s.player
WHEN NOT MATCHED THEN INSERT (player, club, points) VALUES (s.player, 'none', s.points);
