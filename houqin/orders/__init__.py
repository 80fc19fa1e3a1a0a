"""Long documents, ordered and made by a job (打印任务): found again under 我的文件 until they expire."""
