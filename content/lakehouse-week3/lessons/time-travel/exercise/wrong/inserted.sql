-- Databricks notebook source
-- DBTITLE 1,Task 1
DELETE FROM drinks WHERE kind = 'cold';

INSERT INTO drinks SELECT * FROM drinks VERSION AS OF 0 WHERE kind = 'cold' AND item <> 'Iced tea';
