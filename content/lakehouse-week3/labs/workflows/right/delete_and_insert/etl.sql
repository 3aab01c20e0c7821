-- Databricks notebook source
CREATE WIDGET TEXT start_date DEFAULT '2024-01-01';
CREATE WIDGET DROPDOWN category_filter DEFAULT 'All' CHOICES SELECT * FROM VALUES ('Clothing'), ('Books'), ('Electronics'), ('All');

CREATE TABLE IF NOT EXISTS lab_orders_gold AS
SELECT *, CAST(NULL AS DOUBLE) AS revenue, CAST(NULL AS TIMESTAMP) AS processed_at FROM lab_orders WHERE FALSE;

DELETE FROM lab_orders_gold;

INSERT INTO lab_orders_gold (processed_at, revenue, status, quantity, price, product, category, order_id, order_date)
SELECT current_timestamp(), price * quantity, status, quantity, price, product, category, order_id, order_date
FROM lab_orders
WHERE status = 'completed'
  AND NOT order_date < DATE(:start_date)
  AND (category = :category_filter OR :category_filter = 'All');
