-- Databricks notebook source
-- DBTITLE 1,Task 1: raise prices
INSERT OVERWRITE items SELECT item, kind, CASE WHEN kind = 'hot' THEN price + 1 ELSE price END FROM items;
