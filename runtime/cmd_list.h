/* Rows of the command table (cmd.c), in the order of `drover help`. No include guard: it is
 * included once for the declarations and once for the rows. A row is skipped while its file does
 * not exist. */
#if __has_include("runtime/cmd_run.c")
CMD(run)
#endif
#if __has_include("runtime/cmd_resume.c")
CMD(resume)
#endif
#if __has_include("runtime/cmd_ls.c")
CMD(ls)
#endif
#if __has_include("runtime/cmd_show.c")
CMD(show)
#endif
#if __has_include("runtime/cmd_log.c")
CMD(log)
#endif
#if __has_include("runtime/cmd_diff.c")
CMD(diff)
#endif
#if __has_include("runtime/cmd_apply.c")
CMD(apply)
#endif
#if __has_include("runtime/cmd_stop.c")
CMD(stop)
#endif
#if __has_include("runtime/cmd_agent.c")
CMD(agent)
#endif
#if __has_include("runtime/cmd_model.c")
CMD(model)
#endif
#if __has_include("runtime/cmd_doctor.c")
CMD(doctor)
#endif
#if __has_include("runtime/cmd_config.c")
CMD(config)
#endif
#if __has_include("runtime/cmd_help.c")
CMD(help)
#endif
#if __has_include("runtime/cmd_version.c")
CMD(version)
#endif
#if __has_include("runtime/cmd_completion.c")
CMD(completion)
#endif
#if __has_include("runtime/cmd_man.c")
CMD(man)
#endif
