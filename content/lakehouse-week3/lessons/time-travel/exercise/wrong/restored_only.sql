-- Databricks notebook source
-- DBTITLE 1,Task 1
DELETE FROM drinks WHERE kind = 'cold';

RESTORE TABLE drinks TO VERSION AS OF 0;
