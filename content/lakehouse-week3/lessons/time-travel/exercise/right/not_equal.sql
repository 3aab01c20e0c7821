-- Databricks notebook source
-- DBTITLE 1,Task 1
DELETE FROM drinks WHERE kind = 'cold';

RESTORE TABLE drinks VERSION AS OF 0;
DELETE FROM drinks WHERE item LIKE 'Iced%';
