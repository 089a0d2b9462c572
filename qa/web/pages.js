// What the pages 指标, 评测 and 资料库 need of scripts.
