"""What is true: the knowledge base (标准化问题处理知识库), its files, versions and search."""
